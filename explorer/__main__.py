"""`resnet-explorer`: serves the app, or runs a command of the library's."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from threading import Thread

import click

from explorer.state import limits
from resnet import extras
from resnet.cli import commands

_APP = Path(__file__).with_name("app.py")
_OF_STREAMLIT = re.compile(r"--\w+\.\w")  # --server.port
_FOR_CLASS, _OPEN, _WITH_INPUT = "--class", "--open", "--while-stdin"
_OWN = (_FOR_CLASS, _OPEN, _WITH_INPUT)


class _Serving(click.Group):
    """Serves the app where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0].partition("=")[0] in _OWN or _OF_STREAMLIT.match(args[0]):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(_FOR_CLASS, "for_class", is_flag=True, help="With limits for thirty strangers.")
@click.option(
    _OPEN,
    "session",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A session that the app saved, for whoever comes without an address.",
)
@click.option(_WITH_INPUT, "with_input", is_flag=True, help="End when standard input does.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[--server.port 8502 …]")
def serve(
    for_class: bool, session: Path | None, with_input: bool, options: tuple[str, ...]
) -> None:
    """Serve the app, as no command at all does. Options with a dot are Streamlit's.

    Limits are variables of the environment that begin with RESNET_EXPLORER_.
    """
    if for_class:
        os.environ[limits.CLASS] = "1"
    if session is not None:
        os.environ[limits.SESSION] = str(session)
    allowed = limits.limits()
    extras.demand_app()
    if session is not None:
        _check(session, allowed.visitor_bytes)
    if with_input:
        Thread(target=_end_with_input, daemon=True).start()
    from streamlit.web.cli import main as streamlit

    streamlit(["run", str(_APP), *options], prog_name="streamlit")


def _check(session: Path, most: int) -> None:
    """Raises `SessionError` where visitors would be shown nothing of it."""
    from resnet.evidence.session_file import read_session

    read_session(session.read_bytes(), most)


def _end_with_input() -> None:
    """End this process once whoever started it has closed its input, or is no more."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


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
