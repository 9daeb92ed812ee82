"""Memory estimates against what a GPU allocates."""

import contextlib

import pytest
import torch

from resnet import ResNetSpec, build, trace
from resnet.counts.memory import inference_memory, training_memory

BATCH = 32


@contextlib.contextmanager
def no_workspaces():
    """Without cuDNN, whose workspaces no estimate knows."""
    with torch.backends.cudnn.flags(enabled=False):
        torch.cuda.synchronize()
        yield
        torch.cuda.synchronize()


def part(estimate, name):
    return next(part.bytes for part in estimate.parts if part.name == name)


@pytest.mark.parametrize("net", ["resnet18", "resnet50"])
def test_what_a_gpu_allocates(net):
    spec = ResNetSpec.preset(net)
    model, graph = build(spec, device="cuda"), trace(spec)
    images = torch.randn(BATCH, 3, spec.image_size, spec.image_size, device="cuda")
    with no_workspaces():
        model(images)  # cuBLAS takes its workspace once
        before = torch.cuda.memory_allocated()
        logits = model(images)
        saved = part(training_memory(graph, BATCH), "Activations, saved")
        assert torch.cuda.memory_allocated() - before == pytest.approx(saved, rel=0.1)
        del logits
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        with torch.inference_mode():
            model.eval()(images)
        most = torch.cuda.max_memory_allocated() - before
        peak = part(inference_memory(graph, BATCH), "Activations, peak")
        assert peak == pytest.approx(most, rel=0.1)
