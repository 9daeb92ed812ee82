"""The spec from keys and shapes alone, and what they cannot tell."""

from contextlib import suppress
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision import models

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.weights.given.assumptions import assumptions
from resnet.weights.reading.checkpoint import CheckpointError
from resnet.weights.reading.fitting import load_into
from resnet.weights.reading.infer_spec import findings, infer_spec
from tests.strategies import specs, usual

TINY = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), stem_width=4, planes=())


def weights(spec=TINY):
    torch.manual_seed(0)
    return build(spec).state_dict()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(usual().filter(lambda spec: spec.stem in ("imagenet", "cifar", "deep")))
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
    assert infer_spec(state).spec == ResNetSpec.preset(name, stride_on="3x3")  # no key shows it


@pytest.mark.parametrize("shortcut", ["A", "B", "C", "D"])
def test_shortcuts_are_told_apart(shortcut):
    spec = ResNetSpec(block="basic", layers=(2, 2), stem_width=4, shortcut=shortcut)
    assert infer_spec(weights(spec)).spec.shortcut == shortcut


def test_torchvisions_own_weights_are_recognised():
    with torch.device("meta"):
        state = models.resnext50_32x4d(num_classes=7).state_dict()
    inferred = infer_spec(state)
    assert inferred.spec == ResNetSpec.preset("resnext50_32x4d", num_classes=7)
    assert [*map(str, inferred.assumed)] == [
        "stride in the 3×3 (v1.5)",
        "no anti-aliasing",
        "max-pooling after the stem",
        "no dilation",
        "stride in a stage's first block",
        "input 224×224",
    ]


def test_what_keys_cannot_tell_is_said():
    assumed = [*map(str, infer_spec(weights()).assumed)]
    assert "option A, zeros on both sides" in assumed
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


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["basic blocks 1, 1", "planes 4, 8", "stem 3×3, 4 wide, of 3 channels", "10 classes"]),
        ({"stem": "imagenet"}, ["stem 7×7, 4 wide, of 3 channels"]),
        ({"stem": "deep"}, ["stem three 3×3, 4 wide, of 3 channels"]),
        ({"block": "bottleneck"}, ["bottleneck blocks 1, 1"]),
        ({"block": "bottleneck", "groups": 2}, ["2 groups"]),
        ({"se_reduction": 4}, ["squeeze-and-excitation by 4"]),
        ({"attention": "eca"}, ["efficient channel attention"]),
        ({"norm": "group", "planes": (32, 64), "stem_width": 32}, ["group normalisation"]),
        ({"conv_bias": True}, ["convolutions with a bias"]),
        ({"preact": True}, ["pre-activation"]),
        ({"num_classes": 3, "in_channels": 1}, ["of 1 channels", "3 classes"]),
    ],
)
def test_what_weights_tell_is_said(changes, words):
    said = list(findings(replace(TINY, **{"planes": (4, 8)} | changes)))
    assert all(any(each in sentence for sentence in said) for each in words)
    told = {"groups", "se_reduction", "attention", "norm", "conv_bias", "preact"}
    assert len(said) == 4 + len(told & changes.keys())


_UNSTRIDED = ["no anti-aliasing", "no max-pooling after the 3×3 stem", "no dilation"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["option A, zeros on both sides", *_UNSTRIDED]),
        ({"stem": "imagenet"}, ["option A", "no anti-aliasing", "max-pooling", "no dilation"]),
        ({"shortcut": "B"}, _UNSTRIDED),
        ({"shortcut": "none"}, ["no shortcuts, a plain net", *_UNSTRIDED]),
        (
            {"layers": (1,), "planes": (4,), "shortcut": "B"},
            ["identity shortcuts", "no max-pooling"],
        ),
        ({"block": "bottleneck", "shortcut": "B"}, ["stride in the 3×3 (v1.5)", *_UNSTRIDED]),
        (
            {"preact": True, "layers": (2, 2), "shortcut": "B"},
            ["no max-pooling", "no dilation", "stride in a stage's first block"],
        ),
        (
            {"norm": "group", "planes": (32, 64), "stem_width": 32, "shortcut": "B"},
            [*_UNSTRIDED, "group normalisation by 32 groups"],
        ),
        ({"pool": "conv", "shortcut": "B"}, ["no dilation"]),
        (
            {"layers": (1, 2), "shortcut": "B"},  # as TF-Slim strides its first version
            [*_UNSTRIDED, "stride in a stage's first block"],
        ),
    ],
)
def test_what_no_weights_tell_is_said(changes, words):
    said = list(map(str, assumptions(replace(TINY, **{"planes": (4, 8)} | changes))))
    assert len(said) == len(words)
    assert all(sentence.startswith(each) for sentence, each in zip(said, words, strict=True))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(specs())
def test_an_alternative_has_the_same_weights_and_computes_something_else(spec):
    state = build(spec, device="meta").state_dict()
    shapes = {key: tensor.shape for key, tensor in state.items()}
    for assumed in assumptions(spec):
        assert assumed.taken.of(spec) == spec
        for other in assumed.others:
            model = build(other.of(spec), device="meta")
            assert {k: t.shape for k, t in model.state_dict().items()} == shapes
            assert trace(other.of(spec)) != trace(spec)


@pytest.mark.parametrize("width", [1, 63, 64, 100, 4096])
def test_the_least_width_per_group_is_found(width):
    spec = ResNetSpec(layers=(1, 1), planes=(64, 128), width_per_group=width)
    assert infer_spec(build(spec, device="meta").state_dict()).spec == spec


def test_a_width_that_nothing_gives_is_refused():
    state = build(ResNetSpec(layers=(1,), planes=(64,)), device="meta").state_dict()
    for wide in (4097, 0):
        state["layer1.0.conv2.weight"] = torch.empty(wide, wide, 3, 3, device="meta")
        with pytest.raises(CheckpointError, match=f"3×3 are \\[{wide}\\] wide"):
            infer_spec(state)


@pytest.mark.parametrize(("reduction", "told"), [(16, 16), (4, 4), (15, 15), (8, 8), (1024, 129)])
def test_a_reduction_is_the_usual_where_it_gives_the_same_and_else_the_least(reduction, told):
    spec = ResNetSpec(layers=(1,), planes=(64,), se_reduction=reduction)
    assert infer_spec(build(spec, device="meta").state_dict()).spec.se_reduction == told
    narrow = ResNetSpec(layers=(1,), planes=(4,), width_per_group=64, se_reduction=reduction)
    squeezed = infer_spec(build(narrow, device="meta").state_dict()).spec
    assert max(1, 16 // squeezed.se_reduction) == max(1, 16 // reduction)


def test_input_is_assumed_by_the_stem():
    sizes = {"cifar": 32, "imagenet": 224, "deep": 224}
    for stem, size in sizes.items():
        assert infer_spec(weights(replace(TINY, stem=stem))).spec.image_size == size


def test_without_a_projection_nothing_can_narrow_but_a_plain_net():
    plain = ResNetSpec(block="basic", layers=(1, 1), planes=(8, 4), stem_width=8, shortcut="none")
    assert infer_spec(weights(plain)).spec.shortcut == "none"
