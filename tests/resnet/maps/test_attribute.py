"""Methods are held against Captum, pytorch-grad-cam, plain autograd and closed forms."""

import captum.attr as attr
import numpy as np
import pytest
import pytorch_grad_cam
import torch
from torch import Tensor, nn

from resnet.maps.attribute import Question, attribute, cams, guidable
from resnet.maps.integrated_gradients import integrated_gradients
from resnet.maps.methods import METHODS, Settings, cost
from resnet.maps.stage_maps import class_maps, stage_maps
from resnet.model.progress import last, seeded
from resnet.pictures.placement import PLACEMENTS
from tests.networks import KINDS, frozen

FEW = Settings(seed=3, samples=4, steps=6, halvings=0, tiles=4)
ONE = torch.tensor([2])


def maps(model, images, method, layer="layer3", targets=ONE, settings=FEW) -> Tensor:
    return last(attribute(model, images, targets, method, layer, settings)).maps


def gradient(model: nn.Module, image: Tensor, target: int = 2) -> Tensor:
    image = image.clone().requires_grad_()
    return torch.autograd.grad(model(image)[0, target], image)[0]


@pytest.mark.parametrize(("name", "peer"), [("hirescam", "HiResCAM"), ("layercam", "LayerCAM")])
@pytest.mark.parametrize("layer", ["layer2", "layer4"])
def test_cams_have_the_raw_values_of_pytorch_grad_cam(basic, image, name, peer, layer):
    assert torch.allclose(
        maps(basic, image, name, layer).relu(), _peer(basic, image, peer, layer).relu(), atol=1e-5
    )


@pytest.mark.parametrize("layer", ["layer2", "layer4"])
def test_gradcam_pp_has_the_values_of_pytorch_grad_cam_where_its_epsilon_is_small(
    basic, image, layer
):
    basic.fc.weight.mul_(1000)  # the peer adds 1e-6 to a denominator of the size of g squared
    ours, theirs = (
        maps(basic, image, "gradcam++", layer),
        _peer(basic, image, "GradCAMPlusPlus", layer),
    )
    assert torch.allclose(ours, theirs, rtol=2e-3, atol=1e-3 * float(theirs.max()))


def _peer(model, image, name, layer) -> Tensor:
    """The map (1, h, w) of pytorch-grad-cam before its clipping, scaling and stretching."""
    peer = getattr(pytorch_grad_cam, name)
    trained = model.requires_grad_(True)  # it keeps no gradients otherwise
    module = trained.get_submodule(layer)
    with peer(model=trained, target_layers=[module]) as cam:
        cam(image, [lambda logits: logits[2]])
        kept = cam.activations_and_grads
        values = kept.activations[0].detach().numpy(), kept.gradients[0].numpy()
        found = cam.get_cam_image(image, module, None, *values, eigen_smooth=False)
    model.requires_grad_(False)
    return torch.from_numpy(found)


def test_gradcam_pp_follows_equation_19_term_by_term(model, image):
    _, gradient, activation = _last_stage(model, image)
    total = 0
    for k in range(activation.shape[1]):
        g, a = gradient[0, k].double(), activation[0, k].double()
        below = 2 * g**2 + a.sum() * g**3
        alpha = torch.where(g == 0, 0, g**2 / torch.where(g == 0, 1, below))
        total = total + (alpha * g.clamp_min(0)).sum() * a
    assert torch.allclose(maps(model, image, "gradcam++", "layer4")[0].double(), total, rtol=1e-4)


def _last_stage(model, image) -> tuple[Tensor, Tensor, Tensor]:
    features = model.features(image)
    features = features.detach().requires_grad_()
    logit = model.classify(features)[0, 2]
    return logit, torch.autograd.grad(logit, features)[0], features.detach()


# Behind global average pooling and one linear layer the gradient is W_ck / (h w) everywhere.
def _layercam_closed(weight: Tensor, features: Tensor) -> Tensor:
    """ReLU(W) A / (h w): (N, K, h, w) from W (K, C) and the last stage's A (N, C, h, w)."""
    places = features.shape[-2] * features.shape[-1]
    return torch.einsum("kc,nchw->nkhw", weight.relu(), features) / places


def _gradcam_pp_closed(weight: Tensor, features: Tensor) -> Tensor:
    """Σ_k r A_k / (2 + r mean(A_k)) with r = ReLU(W_ck): (N, K, h, w)."""
    positive = weight.relu()[None]  # (1, K, C)
    mean = features.mean((2, 3))[:, None]  # (N, 1, C)
    return torch.einsum("nkc,nchw->nkhw", positive / (2 + positive * mean), features)


def test_at_the_last_stage_the_closed_forms_hold_for_every_class(model):
    images = torch.randn(2, 3, 64, 64)
    features = model.features(images)
    for name, closed in (("layercam", _layercam_closed), ("gradcam++", _gradcam_pp_closed)):
        every = closed(model.fc.weight, features)
        for target in (0, 6):
            by_gradient, _, _ = stage_maps(
                model, images, torch.tensor([target] * 2), ["layer4"], name
            )
            assert torch.allclose(every[:, target], by_gradient["layer4"], rtol=1e-4, atol=1e-6)


def test_where_all_weights_are_positive_layercam_is_cam(basic, image):
    basic.fc.weight.abs_()
    cam = class_maps(basic, image)[0][:, 2]
    assert torch.allclose(maps(basic, image, "layercam", "layer4"), cam, atol=1e-6)


@pytest.mark.parametrize("layer", ["layer2", "layer4"])
def test_all_cams_of_a_stage_come_from_one_pass(model, image, layer):
    for name, found in cams(model, image, 2, layer).items():
        assert torch.allclose(found.maps, maps(model, image, name, layer), atol=1e-6)
        assert found.stage.name == layer


def test_saliency_is_the_largest_gradient_of_the_channels(model, image):
    assert torch.allclose(maps(model, image, "saliency"), gradient(model, image).abs().amax(1))


def test_smoothgrad_is_the_mean_gradient_of_noisy_copies(basic, image):
    spread = float(image.max() - image.min()) * FEW.noise
    with seeded(FEW.seed, image.device):
        noise = torch.normal(0, torch.full((FEW.samples, 3, 32, 32), spread))
    mean = torch.stack([gradient(basic, image + one) for one in noise]).mean(0)
    assert torch.allclose(maps(basic, image, "smoothgrad"), mean.abs().amax(1), atol=1e-5)


def test_integrated_gradients_have_the_values_of_captum(basic, image):
    theirs = attr.IntegratedGradients(basic).attribute(image, target=2, n_steps=FEW.steps)
    assert torch.allclose(maps(basic, image, "integrated"), theirs.sum(1), atol=1e-5)


def test_integrated_gradients_add_up_to_what_is_gained_over_grey(basic, image):
    gained = float((basic(image) - basic(torch.zeros_like(image)))[0, 2])
    found = last(attribute(basic, image, ONE, "integrated", "layer3", Settings(halvings=30)))
    (gain,) = found.gains
    assert gain.gained == pytest.approx(gained, abs=1e-5)
    assert float(found.maps.sum()) == pytest.approx(gain.total, abs=1e-4)
    assert gain.gap < 0.01
    assert float(found.maps.sum()) == pytest.approx(gained, rel=0.0101)


def test_integrated_gradients_halve_as_long_as_the_gap_is_wide_and_no_longer(basic, image):
    images, targets = torch.cat([image, 3 * image]), torch.tensor([2, 5])
    asked = basic, images, targets, "integrated", "layer3"
    coarse = Settings(steps=2, halvings=0)
    wide = last(attribute(*asked, coarse))
    assert [gain.steps for gain in wide.gains] == [2, 2]
    assert min(gain.gap for gain in wide.gains) > 0.01
    for most in (1, 3):
        settings, forwarded = Settings(steps=2, gap=0, halvings=most), []

        def counting(x, forwarded=forwarded):
            forwarded.append(len(x))
            return basic(x)

        _, gains = integrated_gradients(counting, images, targets, settings, batch=8)
        assert [gain.steps for gain in gains] == [2 + 32 * most] * 2
        assert sum(forwarded) == 2 * cost("integrated", 32, settings).forwards
    fine = last(attribute(*asked, Settings(steps=2, halvings=30)))
    assert max(gain.gap for gain in fine.gains) < 0.01
    assert max(gain.steps for gain in fine.gains) < 2 + 32 * 30


def test_halves_of_the_way_add_up_to_integrated_gradients_of_many_steps(basic, image):
    theirs = attr.IntegratedGradients(basic).attribute(image, target=2, n_steps=600).sum(1)
    found = maps(basic, image, "integrated", settings=Settings(steps=2, gap=0, halvings=8))
    assert (found - theirs).norm() < 0.05 * theirs.norm()
    coarse = maps(basic, image, "integrated", settings=Settings(steps=2, halvings=0))
    assert (coarse - theirs).norm() > 2 * (found - theirs).norm()


def test_occlusion_has_the_values_of_captum_and_of_greying_each_window(basic, image):
    found = maps(basic, image, "occlusion")
    theirs = attr.Occlusion(basic).attribute(image, (3, 8, 8), (3, 4, 4), baselines=0, target=2)
    assert torch.allclose(found, theirs[:, 0], atol=1e-5)
    corner = image.clone()
    corner[:, :, :8, :8] = 0
    lost = (basic(image) - basic(corner))[0, 2]
    assert torch.allclose(found[0, :4, :4], lost.expand(4, 4), atol=1e-5)  # one window sees these


def test_feature_ablation_is_the_logit_lost_with_each_tile(basic, image):
    found = maps(basic, image, "ablation")[0]
    for row in range(4):
        for column in range(4):
            tile = np.s_[..., 8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
            without = image.clone()
            without[tile] = 0
            lost = (basic(image) - basic(without))[0, 2]
            assert torch.allclose(found[tile], lost.expand(8, 8), atol=1e-5)


def test_guided_backpropagation_passes_only_what_is_positive_through_every_relu(model, image):
    expected = gradient(_GuidedByHand.inside(model), image)
    assert torch.allclose(maps(model, image, "guided"), expected.sum(1), atol=1e-6)


class _GuidedByHand(torch.autograd.Function):
    """ReLU whose gradient is clipped at 0."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x.relu()

    @staticmethod
    def backward(context, g):
        (x,) = context.saved_tensors
        return g.relu() * (x > 0)

    @classmethod
    def inside(cls, model: nn.Module) -> nn.Module:
        copy = guidable(model)
        for module in copy.modules():
            if isinstance(module, nn.ReLU):
                module.forward = cls.apply
        return copy


@pytest.mark.parametrize("kind", ["basic", "bottleneck", "preact"])
def test_a_guidable_copy_answers_as_the_model_does(kind, image):
    model = frozen(**KINDS[kind])
    assert torch.allclose(guidable(model)(image), model(image), atol=1e-6)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_guided_gradcam_is_captums_where_maps_are_stretched(basic, image):
    copy = guidable(basic)
    theirs = attr.GuidedGradCam(copy, copy.layer2).attribute(
        image.clone(), 2, interpolate_mode="bilinear"
    )
    ours = last(attribute(basic, image, ONE, "guided-gradcam", "layer2", FEW, "conventional")).maps
    assert torch.allclose(ours, theirs.sum(1), atol=1e-6)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "smoothgrad"])
def test_two_images_are_answered_as_each_alone(basic, method):
    """But for SmoothGrad's, whose noise is drawn for the batch."""
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    both = maps(basic, images, method, targets=torch.tensor([1, 4]))
    each = [
        maps(basic, images[i : i + 1], method, targets=ONE * 0 + t) for i, t in ((0, 1), (1, 4))
    ]
    assert torch.allclose(both, torch.cat(each), atol=1e-5)


WHOLE = [name for name, method in METHODS.items() if method.of == "input" and "guided" not in name]


@pytest.mark.parametrize("method", WHOLE)
def test_the_cost_is_known_before(basic, image, method):
    """Of methods that call the model itself, not its stages or a guided copy."""
    steps = list(attribute(basic, image, ONE, method, "layer3", FEW))
    assert {step.total for step in steps} == {cost(method, 32, FEW).forwards}
    forwarded = []
    basic.register_forward_hook(lambda module, given, out: forwarded.append(len(out)))
    maps(basic, image, method)
    assert sum(forwarded) == cost(method, 32, FEW).forwards


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_map_and_leaves_the_global_dice_alone(basic, image, method):
    torch.manual_seed(77)
    before = torch.random.get_rng_state()
    first = maps(basic, image, method)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(78)
    assert torch.allclose(first, maps(basic, image, method), atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_model_and_image_are_left_as_they_were_found(basic, image, method):
    before = {name: value.clone() for name, value in basic.state_dict().items()}
    maps(basic, image, method)
    assert all(torch.equal(before[name], value) for name, value in basic.state_dict().items())
    assert all(p.grad is None and not p.requires_grad for p in basic.parameters())
    assert not any(
        m.training or m._forward_hooks or m._forward_pre_hooks or m._backward_hooks
        for m in basic.modules()
    )
    assert not image.requires_grad
    assert image.grad is None


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_stages_map_is_placed_and_a_pixel_map_stays(basic, image, placement):
    fine = Question("saliency", "layer1", 2, placement)
    coarse = Question("hirescam", "layer4", 2, placement)
    own = fine.of(basic, image).maps[0].numpy()
    assert np.allclose(fine.on_pixels(basic, image), own, atol=1e-6)
    assert coarse.on_pixels(basic, image).shape == (32, 32)
