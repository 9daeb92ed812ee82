"""The difference of two maps sums to the margin less the biases, at the last stage."""

import pytest
import torch

from resnet import ResNetSpec, build
from resnet.maps.margin import margin
from resnet.maps.stage_maps import class_maps


def test_a_real_networks_maps_sum_to_the_margin_of_its_logits():
    torch.manual_seed(0)
    model = build(ResNetSpec.preset("cifar_resnet20")).eval().requires_grad_(False)
    torch.nn.init.normal_(model.fc.bias)
    image = torch.randn(1, 3, 32, 32)
    (maps,), _ = class_maps(model, image)
    (logits,), bias = model(image), model.fc.bias
    for a, b in ((0, 1), (7, 3)):
        pair = [(float(t[a]), float(t[b])) for t in (logits, bias)]
        found = margin((maps[a], maps[b]), *pair)
        assert found.total == pytest.approx(found.expected, abs=1e-4)
        assert found.logits == pytest.approx(float(logits[a] - logits[b]), abs=1e-5)


def test_maps_that_leave_something_out_do_not_sum_to_it():
    found = margin(([[1.0, 2.0]], [[0.5, 0.0]]), (4.0, 1.0), (0.25, 0.0))
    assert (found.total, found.expected) == (2.5, 2.75)
