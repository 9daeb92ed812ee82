"""The spec from keys and shapes alone, and what they cannot tell."""

from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision import models

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.checkpoint import CheckpointError, load_into
from resnet.weights.infer_spec import infer_spec
from tests.strategies import specs

TINY = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), stem_width=4, planes=())


def weights(spec=TINY):
    torch.manual_seed(0)
    return build(spec).state_dict()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(specs())
def test_the_inferred_spec_loads_what_any_spec_saved(spec):
    state = build(spec).state_dict()
    inferred = infer_spec(state).spec
    loaded = load_into(inferred, state).state_dict()
    assert all(torch.equal(loaded[key], state[key]) for key in state)
    told = ("block", "layers", "planes", "stem", "stem_width", "preact", "in_channels")
    assert all(getattr(inferred, name) == getattr(spec, name) for name in told)


@pytest.mark.parametrize(
    "name",
    [
        "resnet18",
        "resnet50",
        "resnext50_32x4d",
        "resnext101_64x4d",
        "wide_resnet50_2",
        "cifar_resnet20",
        "wrn28_10",
        "preact_resnet164",
        "se_resnet50",
    ],
)
def test_presets_are_recognised(name):
    state = build(ResNetSpec.preset(name), device="meta").state_dict()
    assert infer_spec(state).spec == ResNetSpec.preset(name)


@pytest.mark.parametrize("shortcut", ["A", "B", "C", "D"])
def test_shortcuts_are_told_apart(shortcut):
    spec = ResNetSpec(block="basic", layers=(2, 2), stem_width=4, shortcut=shortcut)
    assert infer_spec(weights(spec)).spec.shortcut == shortcut


def test_torchvisions_own_weights_are_recognised():
    with torch.device("meta"):
        state = models.resnext50_32x4d(num_classes=7).state_dict()
    inferred = infer_spec(state)
    assert inferred.spec == ResNetSpec.preset("resnext50_32x4d", num_classes=7)
    assert inferred.assumed == ("stride in the 3×3 (v1.5)", "input 224×224")


def test_what_keys_cannot_tell_is_said():
    assumed = infer_spec(weights()).assumed
    assert "option A, zeros on both sides (a plain net has the same keys)" in assumed
    assert "input 32×32" in assumed


@pytest.mark.parametrize(
    ("key", "shape", "said"),
    [
        ("conv1.weight", None, "no conv1.weight"),
        ("fc.weight", None, "no fc.weight"),
        ("conv1.weight", (4, 3, 5, 5), "5×5"),
        ("fc.weight", (4,), "2 dimensions"),
        ("layer1.0.conv1.weight", None, "no layer1.0.conv1.weight"),
        ("layer1.99999.conv1.weight", (4, 4, 3, 3), "too many"),
    ],
)
def test_what_is_no_residual_network_is_refused(key, shape, said):
    state = weights()
    state.pop(key, None)
    if shape:
        state[key] = torch.ones(shape)
    with pytest.raises(CheckpointError, match=said):
        infer_spec(state)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_any_shapes_give_a_spec_or_a_checkpoint_error(data):
    spec = data.draw(
        st.sampled_from([TINY, ResNetSpec(layers=(1, 1), stem_width=4, se_reduction=4)])
    )
    state = build(spec, device="meta").state_dict()
    for _ in range(data.draw(st.integers(1, 4))):
        key = data.draw(st.sampled_from(sorted(state)))
        state[key] = torch.empty(data.draw(st.lists(st.integers(0, 70), max_size=4)), device="meta")
    with suppress(CheckpointError):
        infer_spec(state)
