"""Python as text: calls, signatures and classes, laid out as ruff and black lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import indent

TAB, WIDEST = " " * 4, 88  # the formatters' own width


def rows(*texts: str) -> str:
    """Texts below one another."""
    return "\n".join(texts)


def call(head: str, arguments: Sequence[str], tail: str = "", depth: int = 0) -> str:
    """A call or a signature as ruff lays it out, standing `depth` columns to the right."""
    inside, width = ", ".join(arguments), WIDEST - depth
    if len(head) + len(inside) + len(tail) + 2 <= width:
        return f"{head}({inside}){tail}"
    if len(TAB) + len(inside) <= width:
        return f"{head}(\n{TAB}{inside}\n){tail}"
    one_a_line = "".join(f"{TAB}{argument},\n" for argument in arguments)
    return f"{head}(\n{one_a_line}){tail}"


def module(
    name: str, words: str, taken: Sequence[str], init: Iterable[str], forward: Iterable[str]
) -> str:
    """A module: its docstring, what its constructor takes and does, and its forward pass.

    One that takes nothing and does nothing has no constructor.
    """
    made = [*init]
    start = call("def __init__", ["self", *taken], ":", depth=len(TAB))
    constructor = (indent(start, TAB), indent(rows("super().__init__()", *made), 2 * TAB), "")
    return rows(
        f"class {name}(nn.Module):",
        f'{TAB}"""{words}"""',
        "",
        *(constructor if taken or made else ()),
        f"{TAB}def forward(self, x: Tensor) -> Tensor:",
        indent(rows(*forward), 2 * TAB),
    )
