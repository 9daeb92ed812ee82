"""`python -m resnet edit`: its options, read into values before any model is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from resnet.cli import options
from resnet.fetch.bundled import MODEL
from resnet.maps.methods import OF_A_STAGE
from resnet.text.valid_json import valid_json


class _Box(click.ParamType[Any]):
    """A box in per cent."""

    name = "left,top,width,height"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        from resnet.edits.boxes import Box

        return Box.read(value) if isinstance(value, str) else value


class _Shown(click.ParamType[Any]):
    """A colour by name, or a picture's file."""

    name = "colour|file"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        from resnet.edits.changes import Picture, colour

        return Picture(_read(value)) if Path(value).is_file() else colour(value)


class _Kept(_Box):
    """A mask's file, or a box."""

    name = "mask.png|box"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        return _read(value) if Path(value).is_file() else super().convert(value, parameter, context)


def _read(name: str) -> Any:
    from resnet.pictures.reading import read_image

    return read_image(Path(name).read_bytes(), Path(name).name)


BOX = _Box()


@click.command()
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--erase", type=BOX, multiple=True, help="The mean colour of the model's images.")
@click.option("--blur", type=BOX, multiple=True, help="Out of focus; 0,0,100,100 is all of it.")
@click.option("--patch", type=BOX, multiple=True, help="A patch of what --shown is, red if none.")
@click.option("--text", metavar="WORDS", help="White words, half transparent.")
@click.option("--at", type=BOX, default="10,40,80,20", show_default=True, help="Of --text.")
@click.option("--keep", "kept", type=_Kept(), help="All else shows what --shown is; or grey.")
@click.option("--shown", type=_Shown(), help="red, green, blue, yellow, black, white; a picture.")
@click.option("--rotate", type=float, multiple=True, metavar="DEGREES", help="To the left.")
@click.option("--grey", is_flag=True, help="No colours.")
@click.option("--crop", is_flag=True, help="The middle 70 %, as large as the whole.")
@click.option("--carton", is_flag=True, help="The watermark of ImageNet-W.")
@click.option("--target", help="A class by index or label; each photograph's own if not given.")
@click.option("--controls", type=click.IntRange(0, 1000), default=8, show_default=True,
              help="Edits of equal area at random places.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of those places.")
@click.option("--model", default=MODEL, show_default=True, help="Name or file.")
@options.layer
@click.option(
    "--method", type=click.Choice([*OF_A_STAGE]), help="Of the map; gradcam if not given."
)
@options.device
@options.out("edits")
@options.own
@options.as_json
def edit(photos: tuple[Path, ...], as_json: bool, **params: Any) -> None:
    """Edit PHOTOS and ask again: logit, margin and map of a class before and after.

    A BOX is left,top,width,height in per cent of what the model sees, which is what is edited.
    Without an edit it is a fixed battery: the carton watermark, a red tag in each corner, the
    middle alone, grey, blurred. Beside each stand the changes by the same edit at random places,
    and the share of the map's evidence in its area: what a map shows and what an edit proves are
    two things. Edited views and maps before and after are written to --out.
    """
    from resnet.cli.edit_command import Wanted, edited, in_words, table

    wanted = Wanted(**{name: params.pop(name) for name in Wanted.__dataclass_fields__})
    rows, failed, effects = [], 0, []
    for row in edited(photos, wanted, **params):
        if "effects" in row:
            effects = row["effects"]
            continue
        rows.append(row)
        failed += "error" in row
        if "error" in row:
            click.echo(row["error"], err=True)
        elif not as_json:
            click.echo(in_words(row))
    if as_json:
        click.echo(valid_json({"model": params["model"], "edits": rows, "effects": effects}))
    elif len(photos) > 1:
        click.echo("\n" + table(effects))
    if failed:
        raise SystemExit(1)
