"""What flows along the depth adds up, and is the shapes that the real modules write."""

from itertools import pairwise

import pytest
import torch
import torchvision
from hypothesis import given, settings

from resnet import ResNetSpec, trace
from resnet.counts.along_depth import LEVELS, bytes_written, parts_along_depth
from resnet.network.naming.presets import PRESETS
from tests.strategies import specs


def total(found, name: str) -> int:
    return sum(part.times * getattr(step, name) for part in found for step in part.steps)


def written(name: str) -> int:
    """Bytes that every module and every sum of torchvision's network writes in float32."""
    model = torchvision.models.get_model(name, weights=None).to("meta").eval()
    sizes: list[int] = []
    for module in model.modules():
        block = type(module).__name__ in ("BasicBlock", "Bottleneck")  # writes its sum, then a ReLU
        if block or not [*module.children()]:
            module.register_forward_hook(lambda *seen: sizes.append(seen[2].numel()))
    model(torch.empty(1, 3, 224, 224, device="meta"))
    return 4 * sum(sizes)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_memory_is_what_the_modules_and_the_sums_write(name):
    found = parts_along_depth(trace(ResNetSpec.preset(name)), "op")
    assert total(found, "memory") == written(name)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("by", LEVELS)
def test_every_level_adds_up_to_the_network_folded_or_not(name, by):
    graph = trace(ResNetSpec.preset(name))
    found = parts_along_depth(graph, by)
    assert (total(found, "params"), total(found, "macs")) == (graph.params, graph.macs)
    assert total(found, "memory") == bytes_written(graph.ops)


@settings(max_examples=40)
@given(specs())
def test_stages_blocks_and_operations_say_the_same(spec):
    graph = trace(spec)
    for by in LEVELS:
        found = parts_along_depth(graph, by)
        for stage in graph.stages:
            own = [part for part in found if part.stage is stage]
            assert total(own, "params") == stage.params
            assert total(own, "macs") == stage.macs
            assert total(own, "memory") == bytes_written(stage.ops)
            assert own[-1].steps[-1].out_shape == stage.out_shape
        named = [block.name for part in found for block in part.blocks]
        assert named == [block.name for block in graph.blocks]


@given(specs())
def test_the_main_path_of_operations_fits_end_to_end(spec):
    steps = [step for part in parts_along_depth(trace(spec), "op") for step in part.steps]
    main = [step for step in steps if step.role == "main"]
    for before, after in pairwise(main):
        assert after.in_shape in (before.out_shape, before.out_shape[:1])


def test_only_what_changes_the_shape_is_marked():
    found = parts_along_depth(trace(ResNetSpec.preset("resnet34")), "block")
    changed = [step.name for part in found for step in part.steps if step.changes]
    assert changed == ["layer2.0", "layer3.0", "layer4.0"]


def test_gates_and_shortcuts_stand_beside_the_main_path():
    spec = ResNetSpec.preset("resnet18", se_reduction=16)
    named = {
        part.blocks[0].name: part for part in parts_along_depth(trace(spec), "op") if part.blocks
    }
    block = named["layer2.0"]
    roles = {step.name.partition("layer2.0.")[2]: step.role for step in block.steps}
    assert {name for name, role in roles.items() if role == "gate"} == {
        "se.avgpool", "se.fc1", "se.activation", "se.fc2", "se.scale_activation",
    }  # fmt: skip
    assert {name for name, role in roles.items() if role == "shortcut"} == {
        "downsample.0", "downsample.1",
    }  # fmt: skip


def test_a_thousand_layers_fold_to_what_a_screen_can_show():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    assert [part.times for part in parts_along_depth(graph, "block")] == [1, 200, 1, 199, 1, 199, 1]
    assert sum(len(part.steps) for part in parts_along_depth(graph, "op")) < 50


@pytest.mark.parametrize(("by", "blocks"), [("block", 100), ("op", 14)])
def test_blocks_fold_where_there_are_more_steps_than_300(by, blocks):
    """300 blocks do not, nor do 296 operations: 7 in each of 42 blocks, of which two also pad."""

    def times(*layers: int) -> set[int]:
        spec = ResNetSpec.preset("cifar_resnet20", layers=layers)
        return {part.times for part in parts_along_depth(trace(spec), by)}

    assert times(blocks, blocks, blocks) == {1}
    assert times(blocks + 1, blocks, blocks) > {1}


def test_another_level_is_refused():
    with pytest.raises(ValueError, match="block, op, stage"):
        parts_along_depth(trace(ResNetSpec()), "layer")
