"""An input and its logits settle what weights leave open, or it is said that they do not."""

import contextlib
import io
from dataclasses import replace
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from safetensors.torch import save

from resnet.model.module import build
from resnet.model.progress import last
from resnet.network.spec import ResNetSpec
from resnet.weights.classifiers.residual_classifier import recognised
from resnet.weights.given.labels import GivenError
from resnet.weights.probe import Probe, ProbeError, pattern, readings, recipe, settle, settled
from resnet.weights.probe_files import read_logits, read_probe
from resnet.weights.reading.checkpoint import CheckpointError
from resnet.weights.reading.translating import Translation
from tests.checkpoints import saved
from tests.networks import lively

V1 = ResNetSpec(
    layers=(1, 1), planes=(8, 16), stem_width=8, stride_on="1x1", num_classes=5, image_size=32
)
PLAIN = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), planes=(4, 8), stem_width=4)


def of(spec):
    """A lively model of it, what its weights are read as, and its logits of the pattern."""
    torch.manual_seed(0)
    model = lively(build(spec)).eval()
    found = recognised(Translation(model.state_dict()), "x.pth", "")
    sized = replace(found, spec=replace(found.spec, image_size=spec.image_size))
    with torch.no_grad():
        return model, sized, model(pattern(spec))[0]


def test_the_one_that_fits_is_named_and_by_how_much():
    _, found, logits = of(V1)
    verdict = settled(found, Probe(logits))
    assert found.spec.stride_on == "3x3"
    assert "stride_on=1x1" in verdict.settled
    first, second = verdict.tried[:2]
    assert first.difference < 1e-5 < 1e-2 < second.difference
    assert str(verdict).startswith("Settled: ")
    assert "stride in the 1×1 (v1)" in str(verdict)


def test_a_plain_net_is_told_from_option_a():
    _, found, logits = of(replace(PLAIN, shortcut="none"))
    assert found.spec.shortcut == "A"
    assert "shortcut=none" in settled(found, Probe(logits)).settled


def test_where_none_fits_the_nearest_is_named():
    _, found, logits = of(V1)
    with pytest.raises(ProbeError, match="No reading fits: the nearest of"):
        settled(found, Probe(logits + logits.abs().max() / 50))


def test_an_input_that_tells_nothing_settles_nothing():
    model, found, _ = of(V1)
    flat = torch.zeros(1, 3, 32, 32)
    for norm in (m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)):
        norm.running_mean.zero_(), norm.bias.data.zero_()  # so that zeros stay zeros
    found = replace(found, model=model)
    with torch.no_grad():
        verdict = settled(found, Probe(model(flat)[0], flat))
    assert len(verdict.fitting) > 1
    assert "fit alike" in str(verdict)
    assert "stride_on" not in verdict.settled


def test_readings_are_bounded_distinct_and_the_nearest_first():
    found = [spec for _, spec in readings(replace(V1, stride_on="3x3"))]
    assert found[0] == replace(V1, stride_on="3x3")
    assert len(set(found)) == len(found)
    assert any(spec == V1 for spec in found)


def test_progress_is_told():
    _, found, logits = of(V1)
    steps = list(settle(found.model, found.spec, Probe(logits)))
    assert [step.done for step in steps[:-1]] == list(range(1, len(steps)))
    assert last(iter(steps)).fitting


def test_the_recipe_prints_the_logits_of_the_pattern():
    model, _, logits = of(V1)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(recipe(V1), {"torch": torch, "model": model})
    assert torch.equal(read_logits(printed.getvalue()).logits, logits)
    assert pattern(V1).unique().numel() > 200


X, Y = torch.linspace(-1, 1, 3 * 8 * 9).reshape(1, 3, 8, 9), torch.tensor([[0.5, -2.0]])


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.npz", npz(input=X.numpy(), logits=Y.numpy())),
        ("p.npz", npz(input=np.asfortranarray(X[0].numpy()), logits=Y[0].numpy())),
        ("p.pt", saved({"input": X, "logits": Y})),
        ("p.safetensors", save({"input": X, "logits": Y})),
    ],
)
def test_probes_are_read_from_files(name, data):
    probe = read_probe(data, name)
    assert torch.equal(probe.input, X)
    assert torch.equal(probe.logits, Y[0])


@pytest.mark.parametrize(
    "text", ["[0.5, -2.0]", "0.5 -2", "tensor([[ 0.5000, -2.0000]])", "+5e-1\n-.2E1"]
)
def test_logits_are_read_as_people_print_them(text):
    assert torch.equal(read_logits(text).logits, Y[0])
    assert read_logits(text).input is None


def header(shape):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    return stream.getvalue()


def zipped(**members):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("p.exe", b"", "no probe"),
        ("p.npz", b"PK", "damaged"),
        ("p.npz", npz(input=X.numpy()), "no “input” and “logits”; it has input"),
        ("p.npz", npz(input=np.array(["a"]), logits=Y.numpy()), "damaged"),
        ("p.npz", npz(input=np.array([{}]), logits=Y.numpy()), "damaged"),
        ("p.npz", zipped(input=header((10**9,)), logits=header((1,))), "damaged"),
        ("p.npz", npz(input=X[0, 0].numpy(), logits=Y.numpy()), "they should be"),
        ("p.npz", npz(input=X.numpy(), logits=X.numpy()), "they should be"),
        ("p.npz", npz(input=X.numpy()[..., :4], logits=Y.numpy()), "sides of 8"),
        ("p.npz", npz(input=X.numpy() + np.inf, logits=Y.numpy()), "infinite"),
        ("p.npz", npz(input=X.numpy(), logits=0 * Y.numpy()), "all 0"),
        ("p.txt", b"", "no logits"),
        ("p.txt", b"0.1, ..., 0.2", "no logits"),
        ("p.txt", b"nan", "no logits"),
        ("p.txt", b"\xff\x00", "no logits"),
    ],
)
def test_what_is_no_probe_is_refused_in_a_sentence(name, data, said):
    with pytest.raises(GivenError, match=said):
        read_probe(data, name)


def test_no_code_of_a_probe_is_run():
    class Trap:
        def __reduce__(self):
            return print, ("sprung",)

    with pytest.raises(CheckpointError, match="would run code"):
        read_probe(saved({"input": Trap()}), "p.pt")


def test_a_probe_of_another_network_is_refused():
    _, found, logits = of(V1)
    with pytest.raises(GivenError, match="4 logits; the network reads 3 and answers with 5"):
        settled(found, Probe(logits[:4]))
    with pytest.raises(GivenError, match="has 1 channels"):
        settled(found, Probe(logits, torch.ones(1, 1, 32, 32)))
