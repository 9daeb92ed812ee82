"""Every tool's rule gives the integer that the tool itself returns, for any network."""

import contextlib
import io
from dataclasses import replace

import pytest
import torch
import torchinfo
import torchvision
from hypothesis import given, settings
from torch.utils.flop_counter import FlopCounterMode

from resnet import ResNetSpec, build, trace
from resnet.counts.conventions import EXTRAS, TOOLS, census, convention, printed, tool_counts
from tests.figures import HE_GFLOPS, TORCHINFO, V1
from tests.strategies import specs

# ResNet-50 at 224², as these versions gave it, in units of 10⁹: torchvision 0.29.2, torch 2.15.0,
# torchinfo 1.8.0, fvcore 0.1.5.post20221221, thop 0.1.1, ptflops 0.7.5, calflops 0.3.2, and timm's
# table results/benchmark-infer-*.csv.
RESNET50 = {
    "torchvision": "4.089",
    "FlopCounterMode": "8.178",
    "torchinfo": "4.0892",
    "fvcore": "4.1115",
    "timm": "4.11",
    "thop": "4.1337",
    "ptflops, pytorch": "4.13",
    "ptflops, aten": "4.09",
    "calflops": "8.211",
}


def test_what_the_tools_say_of_resnet50():
    said = tool_counts(trace(ResNetSpec()))
    rounded = {name: f"{said[name] / 1e9:.{len(text) - 2}f}" for name, text in RESNET50.items()}
    assert rounded == RESNET50
    assert list(said) == list(RESNET50)


def test_torchinfos_totals():
    for name, total in TORCHINFO.items():
        assert tool_counts(trace(ResNetSpec.preset(name)))["torchinfo"] == total


def image(spec: ResNetSpec) -> torch.Tensor:
    return torch.zeros(1, spec.in_channels, *spec.input_size)


def zeros(spec: ResNetSpec) -> torch.nn.Module:
    """The module without random weights, which take longer to draw than to count."""
    model = build(spec, device="meta").eval().to_empty(device="cpu")
    for tensor in model.state_dict().values():
        tensor.zero_()
    return model


def by_flop_counter_mode(spec):
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        zeros(spec)(image(spec))
    return counter.get_total_flops()


def by_torchinfo(spec):
    return torchinfo.summary(zeros(spec), tuple(image(spec).shape), verbose=0).total_mult_adds


def by_fvcore(spec):
    return fvcore_total(zeros(spec), image(spec))


def fvcore_total(model, x):
    from fvcore.nn import FlopCountAnalysis  # which warns as it is imported, as thop does

    analysis = FlopCountAnalysis(model, x)
    return analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()


def by_thop(spec):
    import thop

    return thop.profile(zeros(spec), (image(spec),), verbose=False)[0]


def by_ptflops(backend):
    def count(spec):
        import ptflops

        return ptflops.get_model_complexity_info(
            zeros(spec), tuple(image(spec).shape[1:]), as_strings=False,
            print_per_layer_stat=False, backend=backend,
        )[0]  # fmt: skip

    return count


def by_calflops(spec):
    calflops = pytest.importorskip("calflops")  # which needs transformers, but does not say so
    return calflops.calculate_flops(
        zeros(spec), tuple(image(spec).shape),
        print_results=False, output_as_string=False,
    )[0]  # fmt: skip


RUN = {
    "FlopCounterMode": by_flop_counter_mode,
    "torchinfo": by_torchinfo,
    "fvcore": by_fvcore,
    "thop": by_thop,
    "ptflops, pytorch": by_ptflops("pytorch"),
    "ptflops, aten": by_ptflops("aten"),
    "calflops": by_calflops,
}
NETS = {
    "resnet18": ResNetSpec.preset("resnet18", image_size=65),
    "resnet50": ResNetSpec(image_size=64),
    "v1": ResNetSpec(stride_on="1x1", image_size=64),
    "C": ResNetSpec.preset("resnet18", shortcut="C", image_size=64),
    "D": ResNetSpec(stem="deep", shortcut="D", image_size=49),
    "A": ResNetSpec.preset("cifar_resnet20"),
    "plain": ResNetSpec.preset("resnet18", shortcut="none", image_size=64),
    "preact": ResNetSpec.preset("preact_resnet164", layers=(2, 2, 2)),
    "se": ResNetSpec.preset("se_resnet50", image_size=64),
    "resnext": ResNetSpec.preset("resnext50_32x4d", image_size=64),
}


@pytest.mark.parametrize("tool", RUN)
def test_a_rule_is_what_its_tool_returns(tool):
    for name, spec in NETS.items():
        with contextlib.redirect_stdout(io.StringIO()):
            said = RUN[tool](spec)
        assert tool_counts(trace(spec))[tool] == said, name


@pytest.mark.parametrize("tool", RUN)
@settings(max_examples=12)
@given(spec=specs())
def test_a_rule_holds_for_any_network_that_it_is_known_for(tool, spec):
    with contextlib.redirect_stdout(io.StringIO()):
        said = RUN[tool](spec)
    assert tool_counts(trace(spec)).get(tool, said) == said


def test_torchvisions_rule_gives_what_it_publishes():
    for name in ("resnet18", "resnet152", "resnext101_64x4d", "wide_resnet50_2"):
        for weights in torchvision.models.get_model_weights(name):
            size = weights.transforms().crop_size[0]
            said = tool_counts(trace(ResNetSpec.preset(name, image_size=size)))["torchvision"]
            assert said / 1e9 == pytest.approx(weights.meta["_ops"], abs=6e-4)


@pytest.mark.parametrize(
    ("name", "net", "changes"),
    [
        ("resnet18", "resnet18", {}),
        ("resnet50d", "resnet50", {"stem": "deep", "shortcut": "D"}),
        ("seresnet50", "se_resnet50", {}),
    ],
)
def test_timms_rule_is_what_fvcore_returns_of_timms_module(name, net, changes):
    timm = pytest.importorskip("timm")
    spec = ResNetSpec.preset(net, image_size=64, **changes)
    model = timm.create_model(name, global_pool="fast").eval()  # as its benchmark.py makes it
    assert tool_counts(trace(spec))["timm"] == fvcore_total(model, image(spec))


def test_the_paper_printed_five_of_them():
    for depth, figure in HE_GFLOPS.items():
        spec = ResNetSpec.preset(f"resnet{depth}")
        paper = spec if depth < 50 else replace(spec, stride_on="1x1")
        said = printed(paper)
        assert (said.gmacs, said.exact, said.same) == (figure, trace(paper).macs, True)
        assert abs(said.exact / 1e9 - figure) < 0.1
        assert printed(spec).same == (depth < 50)


def test_the_paper_counted_v1():
    for name, cost in V1.items():
        assert printed(ResNetSpec.preset(name)).exact == cost.macs


@pytest.mark.parametrize(
    ("net", "changes"),
    [
        ("resnet18", {"shortcut": "C"}),
        ("resnet50", {"image_size": 256}),
        ("resnet50", {"num_classes": 10}),
        ("resnet50", {"shortcut": "D"}),
        ("resnet34", {"preact": True}),
        ("se_resnet50", {}),
        ("cifar_resnet20", {}),
    ],
)
def test_no_other_network_is_the_papers(net, changes):
    assert printed(ResNetSpec.preset(net, **changes)) is None


def test_option_a_and_the_plain_net_are_the_papers_too():
    for shortcut in ("A", "none"):
        assert printed(ResNetSpec.preset("resnet34", shortcut=shortcut)).gmacs == 3.6


def elements(spec: ResNetSpec, *kinds: type) -> int:
    """Elements that leave the modules of some kinds."""
    model, seen = zeros(spec), []
    for module in model.modules():
        if isinstance(module, kinds):
            module.register_forward_hook(lambda m, i, output: seen.append(output.numel()))
    with torch.no_grad():
        model(image(spec))
    return sum(seen)


def test_extras_add_what_hooks_see():
    spec = ResNetSpec.preset("se_resnet50", image_size=64)
    amounts = census(trace(spec))
    extra = {name: EXTRAS[name].count(amounts) for name in EXTRAS}
    assert extra["bn"] == 2 * elements(spec, torch.nn.BatchNorm2d)
    assert extra["relu"] == elements(spec, torch.nn.ReLU)
    assert extra["bias"] == 1000 + sum(
        module.bias.numel()
        for module in build(spec, device="meta").modules()
        if isinstance(module, torch.nn.Conv2d) and module.bias is not None
    )
    sums = [block.out_shape for block in trace(spec).blocks]
    assert extra["adds"] == sum(c * h * w for c, h, w in sums)
    gates = elements(spec, torch.nn.Sigmoid)
    assert extra["gates"] == gates + extra["adds"]  # each gate scales what is added


def test_a_convention_is_a_sum_of_charges():
    amounts = census(trace(ResNetSpec()))
    macs, flops = (convention(base).count(amounts) for base in ("macs", "flops"))
    assert flops == 2 * macs == 8_178_368_512
    whole = convention("macs", ("bn", "relu"))
    assert whole.count(amounts) == sum(c.times * n for c, n in whole.terms(amounts))
    assert {charge.words for charge, _ in whole.terms(amounts)} == {
        "multiply-adds of convolutions",
        "multiply-adds of the linear layer",
        "elements out of BN",
        "elements out of ReLU",
    }


def test_every_tool_can_say_what_it_adds_up():
    for name in ("resnet50", "se_resnet50", "preact_resnet164"):
        amounts = census(trace(ResNetSpec.preset(name, shortcut="D")))
        for tool in TOOLS:
            terms = list(tool.convention.terms(amounts))
            assert all(charge.words for charge, _ in terms)
            assert sum(c.times * n for c, n in terms) == tool.convention.count(amounts)


def test_counting_needs_no_torch(fresh_python):
    program = (
        "import sys, resnet.counts.conventions, resnet.counts.memory; print('torch' in sys.modules)"
    )
    assert fresh_python(program) == "False"
