"""What `inspect` on the command line says of a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnet.cli.columns import columns
from resnet.weights.inspecting import Inspection, Misfit


def in_words(found: Inspection) -> str:
    """As people read it: the network first, and why it is none; then name by name."""
    return "\n".join(_lines(found))


def _lines(found: Inspection) -> Iterator[str]:
    if found.refusal:
        yield found.refusal
    if found.dialect:
        where = f", at “{found.network}”" if found.network else ""
        yield f"{found.file} speaks as {found.dialect}{where}."
    if found.builder:
        yield f"{found.file} is torchvision's {found.builder}."
    if found.spec:
        yield f"{found.file} is {found.spec.name}: {'; '.join(found.findings)}."
        yield f"As a link: {found.spec.to_query()}"
    if found.nearest:
        yield f"The nearest network is {found.nearest}. The first weights that differ:"
        yield from (f"  {_misfit(misfit)}" for misfit in found.misfits)
    yield from _listed("Assumed", map(str, found.assumed))
    yield from _listed("Set aside, since no answer depends on it", found.aside)
    yield from _listed("Missing, and taken as it usually is", found.missing)
    if found.renamed:
        yield "Renamed:"
        yield from (f"  {line}" for line in columns([*found.renamed.items()], str.ljust))


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    lines = [*lines]
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)


def _misfit(misfit: Misfit) -> str:
    if misfit.got is None:
        return f"{misfit.key} is missing; its shape would be {misfit.expected}"
    if misfit.expected is None:
        return f"{misfit.key} {misfit.got} is unknown"
    return f"{misfit.key} has shape {misfit.got}, expected {misfit.expected}"
