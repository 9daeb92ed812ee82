"""The tables of shortcuts: everybody goes by them, and what somebody does not know is an error."""

import pytest
import torch

from explorer.lessons import shortcuts as lesson
from resnet.drawing.stream.picture import draw_stream
from resnet.export.source import pytorch_source
from resnet.model.module import build
from resnet.network.describing import describe, describe_shortcut
from resnet.network.fields.rules import SHORTCUTS
from resnet.network.fields.shortcuts import KINDS, OPTIONS, Kind
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.weights.given.assumptions import assumptions
from resnet.weights.reading.infer_spec import infer_spec

SPECS = {
    option: ResNetSpec.preset("cifar_resnet20", block="bottleneck", shortcut=option)
    for option in OPTIONS
}

PLAIN = trace(SPECS["none"])


def test_every_kind_belongs_to_an_option():
    places = ("same", "wider", "smaller", "dilated", "ends")
    used = {getattr(option, place) for option in OPTIONS.values() for place in places}
    assert used == set(KINDS)
    assert tuple(OPTIONS) == SHORTCUTS


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_known_to_everybody(option):
    spec = SPECS[option]
    graph = trace(spec)
    model = build(spec, "meta")
    assert graph.params == sum(p.numel() for p in model.parameters())
    assert model(torch.empty(1, 3, 32, 32, device="meta")).shape == (
        1,
        10,
    )  # where shapes differ no sum is
    words = OPTIONS[option].roads
    assert words in describe(graph)
    assert option in lesson._OPTIONS
    for block in graph.blocks:
        kind = KINDS[block.plan.shortcut]
        made = [
            {"avgpool": "pool", "bn": None}.get(op.kind, op.kind) for op in block.lane("shortcut")
        ]
        assert [step for step in made if step] == list(kind.steps)
        ends = {lane[-1].out_shape for lane in map(block.lane, ("branch", "shortcut")) if lane}
        assert len(ends) == 1
        assert describe_shortcut(block.plan, (32, 32))
    gates, plain = (draw_stream(each).count('class="gate"') for each in (graph, PLAIN))
    assert (gates > plain) is any(KINDS[block.plan.shortcut].steps for block in graph.blocks)


@pytest.mark.parametrize("option", OPTIONS)
def test_weights_show_an_option_or_it_is_said_to_be_assumed(option):
    found = infer_spec(build(SPECS[option], "meta").state_dict()).spec
    choices = [choice.fields for each in assumptions(found) for choice in each.choices]
    assert found.shortcut == option or f"shortcut={option}" in choices


READERS = {
    "the graph": trace,
    "the module": lambda spec: build(spec, "meta"),
    "the picture": lambda spec: draw_stream(TRACED),
    "the source": lambda spec: pytorch_source(TRACED),
}
TRACED = trace(SPECS["B"])


@pytest.mark.parametrize("reader", READERS)
def test_a_step_that_a_reader_does_not_know_is_an_error(reader, monkeypatch):
    READERS[reader](SPECS["B"])
    monkeypatch.setitem(KINDS, "projection", Kind("a blur, then 1×1", ("blur", "conv")))
    with pytest.raises((KeyError, NotImplementedError)):
        READERS[reader](SPECS["B"])
