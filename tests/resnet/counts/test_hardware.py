"""Devices and precisions by their names, as torch has them."""

import torch

from resnet.counts.hardware import DEVICES, FLOAT32, PRECISIONS


def test_a_precision_is_a_type_of_torch_and_its_bytes():
    types = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    assert {name: getattr(torch, kind.dtype) for name, kind in PRECISIONS.items()} == types
    assert all(kind.bytes == types[name].itemsize for name, kind in PRECISIONS.items())
    assert FLOAT32 == 4


def test_the_usual_precision_and_the_fastest_device_come_first():
    assert [*PRECISIONS] == ["fp32", "bf16", "fp16"]
    assert DEVICES == ("cuda", "mps", "cpu")
