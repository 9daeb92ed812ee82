"""A network that is too large is still counted and drawn, and never built."""

import psutil
import pytest
import torch

from resnet import ResNetSpec, TooLarge, build, trace
from resnet.drawing.stream.picture import draw_stream
from resnet.model.fits_in_memory import refusal, weight_bytes

HUGE = ResNetSpec(layers=(3, 4, 1000, 3), planes=(4096, 8192, 16384, 16384))


def test_weights_are_what_the_module_holds():
    spec = ResNetSpec.preset("resnet18")
    model = build(spec)
    held = [*model.parameters(), *model.buffers()]
    floats = sum(t.numel() * t.element_size() for t in held if t.dtype == torch.float32)
    counters = sum(1 for t in held if t.dtype == torch.int64)  # eight bytes each, counted as four
    assert weight_bytes(trace(spec)) == floats + 4 * counters


def test_a_network_that_does_not_fit_is_counted_drawn_and_refused():
    assert trace(HUGE).params > 1e12
    assert draw_stream(trace(HUGE)).startswith("<svg")
    with pytest.raises(TooLarge, match=r"[\d,.]+ GB of weights .* narrower"):
        build(HUGE)
    assert build(ResNetSpec.preset("cifar_resnet20"), device="meta").fc.weight.is_meta


def test_the_size_is_said_in_gigabytes(monkeypatch):
    free = psutil.virtual_memory()._replace(available=50_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    assert "0.1 GB of weights" in refusal(trace(ResNetSpec.preset("resnet50")))
    assert refusal(trace(ResNetSpec.preset("cifar_resnet20"))) == ""
