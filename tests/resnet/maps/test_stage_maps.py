"""Maps of stages, against Captum, plain autograd, hooks and the completeness identity."""

import pytest
import torch
from captum.attr import LayerGradCam

from resnet.maps.methods import SIGNED_CAMS
from resnet.maps.stage_maps import class_maps, stage_maps
from tests.networks import KINDS, frozen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layer", ["layer1", "layer2", "layer3", "layer4"])
def test_gradcam_has_the_values_of_captum(kind, layer):
    model, images = frozen(**KINDS[kind]), torch.randn(3, 3, 64, 64)
    targets = torch.tensor([0, 3, 6])
    ours, _, _ = stage_maps(model, images, targets, [layer], "gradcam")
    theirs = LayerGradCam(lambda x: model(x), _after(model, layer)).attribute(
        images.requires_grad_(), targets, relu_attributions=False
    )
    assert torch.allclose(ours[layer], theirs[:, 0], atol=1e-5)


def _after(model: torch.nn.Module, layer: str) -> torch.nn.Module:
    """The module whose output a stage is; in a pre-activation net the last comes after its ReLU."""
    if not (model.spec.preact and layer == "layer4"):
        return model.get_submodule(layer)
    model.relu_after = torch.nn.ReLU()
    model.finish = lambda x: model.relu_after(model.norm(x))
    return model.relu_after


@pytest.mark.parametrize("kind", KINDS)
def test_hirescam_is_gradient_times_activation_place_by_place(kind):
    model, image = frozen(**KINDS[kind]), torch.randn(1, 3, 64, 64)
    ours, _, _ = stage_maps(model, image, torch.tensor([2]), ["layer2"], "hirescam")
    activation = model.layer2(model.layer1(_stem(model, image))).requires_grad_()
    through = model.finish(model.layer4(model.layer3(activation)))
    model.classify(through)[0, 2].backward()
    assert torch.allclose(ours["layer2"], (activation * activation.grad).sum(1), atol=1e-5)


def _stem(model, image):
    return dict(model.stages(image))["stem"]


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_last_stage_the_map_of_every_class_sums_to_its_logit_less_its_bias(kind):
    model, images = frozen(**KINDS[kind]), torch.randn(2, 3, 96, 96)
    maps, logits = class_maps(model, images)
    assert maps.shape == (2, 7, 3, 3)
    assert torch.allclose(maps.sum((2, 3)) + model.fc.bias, logits, atol=1e-4)
    assert torch.allclose(logits, model(images), atol=1e-5)


@pytest.mark.parametrize("method", SIGNED_CAMS)
def test_at_the_last_stage_every_method_is_the_closed_form(method):
    model, images = frozen(**KINDS["bottleneck"]), torch.randn(2, 3, 64, 64)
    maps, _ = class_maps(model, images)
    by_gradient, _, _ = stage_maps(model, images, torch.tensor([1, 5]), ["layer4"], method)
    assert torch.allclose(by_gradient["layer4"], torch.stack([maps[0, 1], maps[1, 5]]), atol=1e-5)
