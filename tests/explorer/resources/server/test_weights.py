"""What values weigh, against what is known of their memory."""

import subprocess
import sys
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.resources.server.weights import weight
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from tests.conftest import ROOT

MB = 1 << 20
A_FEW = 2000  # bytes of Python's own


@dataclass(frozen=True)
class Pair:
    left: object
    right: object


class Named(NamedTuple):
    one: object


TENSOR = torch.zeros(MB // 4)
ARRAY = np.zeros(MB, dtype=np.uint8)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"x" * MB, MB),
        ("x" * MB, MB),
        (ARRAY, MB),
        (ARRAY[::2], MB),
        (TENSOR, MB),
        (TENSOR[:3], MB),
        ([TENSOR, TENSOR[5:], TENSOR.numpy()], MB),
        (TENSOR.to_mkldnn(), MB),
        (Image.new("RGB", (1024, 1024)), 3 * MB),
        (Pair({"a": bytearray(MB)}, (Named(TENSOR),)), 2 * MB),
        ({frozenset([bytes(MB)]): None}, MB),
        (torch.nn.Sequential(torch.nn.Linear(512, 512, bias=False)), MB),
        (Pair, 0),
        (weight, 0),
    ],
)
def test_a_value_weighs_what_it_holds(value, expected):
    assert expected <= weight(value) <= expected + 4 * A_FEW


def test_a_circle_ends():
    circle: list[object] = [bytes(MB)]
    circle.append(circle)
    assert MB <= weight(circle) <= MB + A_FEW


@pytest.mark.parametrize("preset", ["resnet18", "resnet152", "cifar_resnet1202"])
def test_a_graph_weighs_about_what_it_does_once_all_is_written(preset):
    program = (
        "import tracemalloc; from resnet.network.spec import ResNetSpec;"
        "from resnet.network.tracing import trace;"
        f"spec = ResNetSpec.preset('{preset}'); trace(spec).ops; tracemalloc.start();"
        "graph = trace(spec); graph.ops; print(tracemalloc.get_traced_memory()[0])"
    )
    command = [sys.executable, "-c", program]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 0.5 < weight(trace(ResNetSpec.preset(preset))) / int(out) < 2
