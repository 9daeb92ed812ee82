"""`resnet-explorer`: serves the app, or runs a command of the library's."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path

import click

from explorer.state import limits
from resnet.cli import commands
from resnet.extras import EXTRAS, OPTIONAL, MissingExtra

_APP = Path(__file__).with_name("app.py")
_OF_STREAMLIT = re.compile(r"--\w+\.\w")  # --server.port
_FOR_CLASS = "--class"


class _Serving(click.Group):
    """Serves the app where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] == _FOR_CLASS or _OF_STREAMLIT.match(args[0]):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(_FOR_CLASS, "for_class", is_flag=True, help="With limits for thirty strangers.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[--server.port 8502 …]")
def serve(for_class: bool, options: tuple[str, ...]) -> None:
    """Serve the app, as no command at all does. Options with a dot are Streamlit's.

    Limits are variables of the environment that begin with RESNET_EXPLORER_.
    """
    if for_class:
        os.environ[limits.CLASS] = "1"
    limits.limits()
    for package, extra in EXTRAS.items():
        if extra not in OPTIONAL and find_spec(package) is None:
            raise MissingExtra(package, "app")
    from streamlit.web.cli import main as streamlit

    streamlit(["run", str(_APP), *options], prog_name="streamlit")


def main() -> None:
    """Run what was asked for, as `python -m resnet` does; nothing asked, serve."""
    known = commands.cli
    group = _Serving(
        commands={"serve": serve, **known.commands},
        params=known.params,
        help=known.help,
        context_settings=known.context_settings,
    )
    commands.main(group, "resnet-explorer")


if __name__ == "__main__":
    main()
