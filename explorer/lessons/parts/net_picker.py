"""The trained networks of an experiment, to choose one of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from explorer.resources.server.spinner import start_torch
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr

_WORDS = {
    "digits_residual20": mark("residual-20, digits"),
    "digits_residual56": mark("residual-56, digits"),
    "digits_residual110": mark("residual-110, digits"),
    "digits_plain20": mark("plain-20, digits"),
    "digits_plain56": mark("plain-56, digits"),
    "shapes_resnet20": mark("residual-20, Shapes"),
}


def title(net: str) -> str:
    """A network's name in words."""
    family, _, depth = net.partition("_resnet")
    return tr(_WORDS[net]) if net in _WORDS else f"ResNet-{depth}, {family.upper()}"


def nets_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The networks that rows are of, in their order."""
    return [*dict.fromkeys(row["net"] for row in rows)]


def nets_with_data(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The networks that rows are of, and those on this machine whose test images are here too."""
    start_torch()
    from resnet.experiments.dissected_nets import available_nets

    measured = nets_of(rows)
    return [*measured, *(name for name in available_nets() if name not in _WORDS)]


def choose(field: str, nets: Iterable[str]) -> str:
    """A row of buttons, one for each network; returns the name of the chosen one."""
    words = {net: title(net) for net in nets}
    return controls.segments(LESSONS, field, tr("Network"), [*words], words=words)


def spec(net: str) -> ResNetSpec:
    """The spec of a network of the catalogue."""
    from resnet.weights.catalogue import residual_networks

    return residual_networks()[net].spec
