"""A branch switched off is a branch that is zero: held against torchvision and edited copies."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import torchvision
from PIL import Image
from torch import nn

from resnet import ResNetSpec, build
from resnet.maps.answers import ExplainError
from resnet.maps.explain import look
from resnet.residual.lesion_sweep import (
    lesioned_features,
    look_without,
    sweep_lesions,
    sweep_lesions_of_image,
)
from tests.networks import cut, frozen, lively

KINDS = {
    "basic": {"block": "basic", "layers": (1, 2, 1, 1)},
    "bottleneck": {"layers": (1, 2, 1, 1)},
    "preact": {"block": "basic", "layers": (1, 2, 1, 1), "preact": True},
    "se": {"layers": (1, 2, 1, 1), "se_reduction": 4},
    "option A": {"block": "basic", "layers": (1, 2, 1, 1), "shortcut": "A"},
    "option D": {"layers": (1, 2, 1, 1), "shortcut": "D"},
}


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(3))


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.effect_noise((80, 64), 90).convert("RGB")


def answered(model, images, without) -> torch.Tensor:
    with torch.no_grad():
        return model.classify(lesioned_features(model, images, without))


@pytest.mark.parametrize("names", [["layer1.0"], ["layer2.0"], ["layer2.1", "layer4.1"]])
def test_torchvision_with_a_zeroed_last_norm_answers_the_same(names):
    torch.manual_seed(0)
    theirs = lively(torchvision.models.resnet18())
    ours = build(ResNetSpec.preset("resnet18")).eval()
    ours.load_state_dict(theirs.state_dict())
    for name in names:  # γ = β = 0, so that the branch is zero
        for values in theirs.get_submodule(f"{name}.bn2").parameters():
            nn.init.zeros_(values)
    images = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected = theirs(images)
    assert torch.allclose(answered(ours, images, names), expected, rtol=1e-4, atol=1e-4)
    with torch.no_grad():
        assert not torch.allclose(ours(images), expected, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "names", [["layer1.0"], ["layer2.1"], ["layer2.0", "layer3.0", "layer4.0"]]
)
def test_a_copy_whose_branches_are_zero_answers_the_same(kind, names, image):
    model = frozen(**KINDS[kind])
    with torch.no_grad():
        expected = cut(model, names)(image)
    assert torch.allclose(answered(model, image, names), expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_lesion_it_is_the_forward_pass(kind, image):
    model = frozen(**KINDS[kind])
    with torch.no_grad():
        assert torch.equal(answered(model, image, ()), model(image))


@pytest.mark.parametrize("kind", KINDS)
def test_the_sweep_answers_as_each_lesion_alone(kind, image):
    model = frozen(**KINDS[kind])
    swept = dict(sweep_lesions(model, image))
    assert list(swept) == [plan.name for plan in model.spec.blocks()]
    for name, logits in swept.items():
        with torch.no_grad():
            assert torch.allclose(logits, cut(model, [name])(image), atol=1e-5)


def test_the_sweep_computes_nothing_before_the_lesion_again(image):
    model, calls = frozen(**KINDS["basic"]), []
    for plan in model.spec.blocks():
        model.get_submodule(plan.name).register_forward_hook(
            lambda *_, name=plan.name: calls.append(name)
        )
    list(sweep_lesions(model, image))
    for number, plan in enumerate(model.spec.blocks()):
        assert calls.count(plan.name) == 1 + number  # intact, and for every lesion before it


def test_the_sweep_can_be_left_at_any_block_and_leaves_no_mode_behind(image):
    model = frozen(block="basic", layers=(1, 2, 1, 1))
    going = sweep_lesions(model, image)
    assert next(going)[0] == "layer1.0"
    assert not torch.is_inference_mode_enabled()
    going.close()
    assert torch.is_grad_enabled()


def test_a_look_without_nothing_is_the_usual_look(shapes, photo):
    (usual,) = look(shapes, [photo])
    found = look_without(shapes, photo)
    assert torch.allclose(found.logits, usual.logits, atol=1e-5)
    assert torch.allclose(found.maps, usual.maps, atol=1e-6)


def test_maps_before_and_after_differ_by_the_drop_of_the_logit(shapes, photo):
    before, after = look_without(shapes, photo), look_without(shapes, photo, {"layer3.1"})
    drop = before.logits - after.logits
    assert float(drop.abs().max()) > 0.1
    assert torch.allclose((before.maps - after.maps).sum((1, 2)), drop, atol=1e-3)


def test_one_image_is_swept_as_it_is_looked_at(shapes, photo):
    for name, logits in sweep_lesions_of_image(shapes, photo):
        assert torch.allclose(logits, look_without(shapes, photo, {name}).logits, atol=1e-4)


def test_a_plain_network_and_an_unknown_block_are_refused_in_words(image):
    plain = frozen(**KINDS["basic"], shortcut="none")
    with pytest.raises(ExplainError, match="plain network"):
        lesioned_features(plain, image, ["layer1.0"])
    with pytest.raises(ExplainError, match="plain network"):
        next(sweep_lesions(plain, image))
    with pytest.raises(ExplainError, match=r"layer9\.0"):
        lesioned_features(frozen(**KINDS["basic"]), image, ["layer9.0"])
    with torch.no_grad():
        assert lesioned_features(plain, image).shape[0] == 2


def test_the_model_is_left_as_it_was_and_serves_two_threads_at_once(shapes, photo):
    model = shapes.model
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    lesions = [{"layer1.1"}, {"layer3.2", "layer2.1"}]
    alone = [look_without(shapes, photo, without).logits for without in lesions]
    with ThreadPoolExecutor(2) as pool:
        together = pool.map(
            lambda out: [look_without(shapes, photo, out).logits for _ in range(6)], lesions
        )
    for expected, again in zip(alone, together, strict=True):
        assert all(torch.allclose(found, expected, atol=1e-5) for found in again)
    assert not torch.allclose(*alone, atol=0.1)
    assert all(torch.equal(value, kept[name]) for name, value in model.state_dict().items())
    assert not model.training
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    assert not any(m._forward_hooks for m in model.modules())
