"""The PyTorch file of a network is the network: its names, its weights and its logits."""

import subprocess
import sys
from dataclasses import replace
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet import ResNetSpec, build, trace
from resnet.export.source import pytorch_source, source_refusal
from resnet.network.fields.axes import ANTIALIAS, FIRST_ACTIVATIONS, STRIDED_BLOCKS
from resnet.network.fields.rules import EXPANSION, SHORTCUTS, SpecError
from resnet.network.fields.stems import POOLS, STEMS
from resnet.network.naming.presets import PRESETS
from tests.strategies import GATES, specs

CHEAP = ("resnet18", "resnet50", "resnext50_32x4d", "se_resnet50", "cifar_resnet20")


def run(spec: ResNetSpec, device: str = "cpu") -> torch.nn.Module:
    """What `ResNet()` makes in a namespace that holds nothing but the file."""
    space = {"__name__": "network"}
    exec(compile(pytorch_source(trace(spec)), spec.name, "exec"), space)
    with torch.device(device):
        return space["ResNet"]()


def shapes(model: torch.nn.Module) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in model.state_dict().items()}


def agrees(spec: ResNetSpec) -> None:
    assert spread(spec) > 0, "a network that says one thing of all images shows nothing"


def spread(spec: ResNetSpec) -> float:
    """The deviation of the logits, which are those of the built module."""
    torch.manual_seed(1)
    ours = build(spec)
    torch.manual_seed(1)
    theirs = run(spec)
    assert shapes(theirs) == shapes(ours)
    started = zip(ours.parameters(), theirs.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in started), "the same seed gives the same weights"
    _stir(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    image = torch.randn(2, spec.in_channels, *spec.input_size)
    with torch.inference_mode():
        expected, said = ours.eval()(image), theirs.eval()(image)
    assert torch.allclose(said, expected, rtol=1e-6, atol=1e-6)
    return float(expected.std())


def _stir(model: torch.nn.Module) -> None:
    """Statistics and γ as after training, so that an exchanged BN cannot hide."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_var.uniform_(0.5, 1.5)
            module.running_mean.normal_(std=0.1)
        if isinstance(module, torch.nn.BatchNorm2d | torch.nn.GroupNorm):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(std=0.1)


@pytest.mark.parametrize("name", CHEAP)
def test_a_preset_gives_the_logits_of_the_built_module(name):
    agrees(ResNetSpec.preset(name, image_size=32))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_the_names_and_shapes_of_the_built_module(name):
    spec = ResNetSpec.preset(name)
    assert shapes(run(spec, "meta")) == shapes(build(spec, device="meta"))


def written() -> st.SearchStrategy[ResNetSpec]:
    """Networks of every kind, but for the one that is refused, which a test below has."""
    return specs().filter(lambda spec: not source_refusal(spec))


def test_any_network_gives_the_logits_of_the_built_module():
    spreads = []

    @settings(max_examples=100)
    @given(written())
    def check(spec):
        spreads.append(spread(spec))

    check()
    alive = sum(s > 0 for s in spreads)
    assert alive > 0.9 * len(spreads), "narrow plain networks may die, and few others"


@pytest.mark.parametrize("first_activation", FIRST_ACTIVATIONS)
@pytest.mark.parametrize("block", EXPANSION)
def test_every_first_activation(block, first_activation):
    for layers, stem in product([(1, 1), (2, 2)], ("imagenet", "cifar")):
        base = ResNetSpec(block=block, layers=layers, stem=stem, stem_width=8, preact=True)
        agrees(replace(base, first_activation=first_activation, num_classes=5, image_size=32))


@pytest.mark.parametrize("shortcut", SHORTCUTS)
@pytest.mark.parametrize("strided_block", STRIDED_BLOCKS)
@pytest.mark.parametrize("block", EXPANSION)
def test_every_place_of_a_stride_beside_a_dilation(block, strided_block, shortcut):
    base = ResNetSpec(block=block, stem_width=8, shortcut=shortcut, strided_block=strided_block)
    for layers, filtered in product([(1, 1, 1, 1), (2, 3, 2, 2)], ANTIALIAS):
        spec = replace(base, layers=layers, antialias=filtered, num_classes=5, image_size=64)
        agrees(replace(spec, strides=(1, 2, 1, 2), dilations=(1, 1, 2, 4)))
        agrees(replace(spec, strides=(1, 1, 1, 1), dilations=(2, 2, 1, 1)))


@pytest.mark.parametrize("changes", [{"norm": "group"}, {"conv_bias": True}, {"expansion": 2}])
@pytest.mark.parametrize("preact", [False, True])
@pytest.mark.parametrize("block", EXPANSION)
def test_every_norm_bias_and_expansion(block, preact, changes):
    base = ResNetSpec(block=block, preact=preact, layers=(2, 1), stem_width=64, **changes)
    for stem in ("imagenet", "deep"):
        agrees(replace(base, stem=stem, num_classes=5, image_size=65))


def test_blocks_of_one_shape_with_two_shortcuts_are_refused():
    spec = ResNetSpec(
        layers=(1, 3), planes=(16, 16), stem_width=64, strides=(2, 2), strided_block="last"
    )
    assert [block.shortcut for block in spec.blocks()][::3] == ["projection", "subsampled"]
    assert "with a single block that keeps its channels" in source_refusal(spec)
    with pytest.raises(SpecError, match="take the ONNX file"):
        pytorch_source(trace(spec))


VARIANTS = tuple(product(("basic", "bottleneck"), SHORTCUTS, (False, True), STEMS))


@pytest.mark.parametrize(("block", "shortcut", "preact", "stem"), VARIANTS)
def test_every_block_shortcut_activation_and_stem(block, shortcut, preact, stem):
    base = ResNetSpec(block=block, layers=(2, 2), stem_width=8, shortcut=shortcut, preact=preact)
    agrees(replace(base, stem=stem, num_classes=5, image_size=21))


@pytest.mark.parametrize("gate", GATES, ids=str)
@pytest.mark.parametrize("block", [{"block": "basic"}, {}, {"stride_on": "1x1"}], ids=str)
def test_every_gate_with_and_without_a_filter(block, gate):
    base = ResNetSpec(**block, **gate, layers=(1, 2, 1), stem_width=16, num_classes=5)
    agrees(replace(base, image_size=32))
    for shortcut in ("A", "B", "D"):
        for antialias in ("average", "binomial"):
            agrees(replace(base, image_size=32, shortcut=shortcut, antialias=antialias))


@pytest.mark.parametrize("stem", STEMS)
def test_every_pool_behind_every_stem(stem):
    base = ResNetSpec(layers=(1,), stem=stem, stem_width=8, num_classes=5, image_size=32)
    for pool, kinds in POOLS.items():
        for antialias in kinds:
            agrees(replace(base, pool=pool, antialias=antialias))


def test_every_number_of_stages_with_and_without_repeats():
    for stages, blocks in product(range(1, 7), (1, 2)):
        layout = ResNetSpec(layers=(blocks,) * stages, stem="cifar", stem_width=4, image_size=33)
        agrees(layout)
        agrees(replace(layout, zero_init_residual=True, se_reduction=16))
        agrees(replace(layout, stride_on="1x1", groups=2, width_per_group=40))


def test_nothing_is_written_that_the_network_does_not_use():
    text = pytorch_source(trace(ResNetSpec.preset("resnet50")))
    for absent in (
        "groups",
        "dilation",
        "bias=True",
        "Squeeze",
        "ZeroPad",
        "AvgPool2d(2",
        "activated",
        "zeros_",
        "norm ",
    ):
        assert absent not in text
    plain = pytorch_source(trace(ResNetSpec.preset("resnet34", shortcut="none")))
    assert "downsample" not in plain
    assert "shortcut" not in plain.partition("import torch")[2]
    assert "stride" not in pytorch_source(trace(ResNetSpec(layers=(2,), stem="cifar")))


def test_the_file_says_what_it_is():
    spec = ResNetSpec.preset("resnet50", num_classes=10)
    text = pytorch_source(trace(spec))
    for word in ("resnet50", "23,528,522 learnable", "4,087,156,736 MACs", f"?{spec.to_query()}"):
        assert word in text


def test_the_file_runs_by_itself(tmp_path):
    file = tmp_path / "network.py"
    file.write_text(pytorch_source(trace(ResNetSpec.preset("cifar_resnet20"))), "utf-8")
    done = subprocess.run([sys.executable, "-I", file], capture_output=True, text=True, check=True)
    assert done.stdout == "269,722 parameters, logits (1, 10)\n"


def test_the_files_are_formatted_and_clean(tmp_path):
    files = 0

    @settings(max_examples=60)
    @given(written())
    def write(spec):
        nonlocal files
        files += 1
        (tmp_path / f"random{files}.py").write_text(pytorch_source(trace(spec)), "utf-8")

    write()
    for name in PRESETS:
        spec = ResNetSpec.preset(name)
        (tmp_path / f"{name}.py").write_text(pytorch_source(trace(spec)), "utf-8")
    for i, changes in enumerate(_extremes()):
        (tmp_path / f"extreme{i}.py").write_text(pytorch_source(trace(changes)), "utf-8")
    select = "E4,E7,E9,F,B,UP,SIM,N,C4,I,PIE,ARG"
    for command in (["format", "--check"], ["check", "--select", select, "--ignore", "N812"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def _extremes() -> list[ResNetSpec]:
    """The longest lines that a spec can ask for."""
    return [
        ResNetSpec(
            block=block, layers=(1999, 1), planes=(16384, 16384), stem=stem, stem_width=4096,
            shortcut=shortcut, in_channels=1024, num_classes=100_000, image_size=4096,
            se_reduction=1024, groups=1024 if block == "bottleneck" else 1,
        )
        for block, shortcut, stem in product(EXPANSION, SHORTCUTS, STEMS)
    ]  # fmt: skip
