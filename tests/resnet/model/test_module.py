"""The module speaks torchvision's language, and leaves what it hands out alone."""

import pytest
import torch
import torchvision
from hypothesis import given, settings

from resnet import ResNetSpec, build
from tests.networks import TORCHVISION
from tests.strategies import specs


@pytest.mark.parametrize("name", TORCHVISION)
def test_a_torchvision_state_dict_loads_strictly_and_gives_its_logits(name):
    torch.manual_seed(0)
    theirs = torchvision.models.get_model(name).eval()
    ours = build(ResNetSpec.preset(name), device="meta").eval()
    ours.load_state_dict(theirs.state_dict(), strict=True, assign=True)
    image = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(ours(image), theirs(image), atol=1e-5)


@settings(max_examples=20)
@given(specs())
def test_stages_are_the_forward_pass_and_stay_as_they_were(spec):
    model = build(spec).eval()
    image = torch.randn(2, spec.in_channels, *spec.input_size)
    with torch.no_grad():
        handed = dict(model.stages(image))
        kept = {name: x.clone() for name, x in handed.items()}
        logits = model.classify(handed[spec.stage_names[-1]])
        assert torch.equal(logits, model(image))
    assert all(torch.equal(handed[name], kept[name]) for name in handed)
    assert list(handed) == ["stem", *spec.stage_names]


def test_building_on_the_meta_device_takes_no_memory():
    model = build(ResNetSpec.preset("wide_resnet101_2"), device="meta")
    assert {p.device.type for p in model.parameters()} == {"meta"}


def test_zero_init_makes_every_block_of_equal_shape_the_identity_at_first():
    spec = ResNetSpec.preset("cifar_resnet20", zero_init_residual=True)
    block = build(spec).eval().layer1[0]
    image = torch.rand(1, 16, 8, 8)  # positive, so that the last ReLU changes nothing
    assert torch.equal(block(image), image)


def test_a_plain_block_adds_nothing():
    block = build(ResNetSpec.preset("resnet18", shortcut="none")).eval().layer1[0]
    torch.nn.init.zeros_(block.last_bn.weight)
    assert block(torch.rand(1, 64, 8, 8)).abs().max() == 0


def test_option_a_puts_zero_channels_on_both_sides():
    block = build(ResNetSpec.preset("cifar_resnet20")).layer2[0]
    image = torch.rand(1, 16, 8, 8)
    padded = block.downsample(image)
    assert padded.shape == (1, 32, 4, 4)
    assert torch.equal(padded[:, 8:24], image[:, :, ::2, ::2])
    assert padded[:, :8].abs().max() == padded[:, 24:].abs().max() == 0
