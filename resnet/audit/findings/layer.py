"""Where the cells of an audit's maps lie on what the model saw. No torch."""

from __future__ import annotations

from typing import NamedTuple

from resnet.audit.running.plan import Model
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace


class Layer(NamedTuple):
    """Cell i is centred on pixel `centre + jump * i`; it sees so many pixels, 0 where unknown."""

    name: str
    centre: float
    jump: float
    receptive_field: int


def layer_of(model: Model) -> Layer:
    """A residual network's by arithmetic; of another family cells part the view evenly."""
    if model.spec:
        stage = trace(ResNetSpec.from_query(model.spec)).stage(model.layer)
        return Layer(stage.name, stage.centre, stage.jump, stage.receptive_field)
    jump = model.transform.crop / max(1, *model.cells)
    return Layer(model.layer, (jump - 1) / 2, jump, 0)
