"""What layers answer, against hooks and published weights."""

from statistics import mean

import pytest
import torch
from PIL import Image

from resnet.model.fresh_weights import fresh
from resnet.network.spec import ResNetSpec
from resnet.residual.layer_responses import deviations, responses
from resnet.weights.loading import find, load_classifier
from tests.figures import CHECKPOINTS


@pytest.mark.parametrize("net", ["digits_plain20", "digits_residual20"])
def test_responses_are_what_leaves_each_bn(net):
    model, seen = load_classifier(net).model, []
    images = torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    hooks = [n.register_forward_hook(lambda *found: seen.append(found[2].clone())) for n in norms]
    model(images)
    for hook in hooks:
        hook.remove()
    found = dict(responses(model, images))
    assert len(found) == len(seen) == 19
    for response, expected in zip(found.values(), seen, strict=True):
        torch.testing.assert_close(response, expected)
    assert not torch.is_inference_mode_enabled()


def test_bottlenecks_answer_by_their_3x3_alone():
    model = fresh(ResNetSpec(layers=(1, 1, 1, 1), image_size=32)).eval()
    names = [name for name, _ in responses(model, torch.zeros(1, 3, 32, 32))]
    assert names == [f"layer{i}.0.conv2" for i in (1, 2, 3, 4)]


def test_preactivation_has_no_such_responses():
    model = fresh(ResNetSpec.of_depth(11, "preact")).eval()
    with pytest.raises(ValueError, match="pre-activation"):
        next(responses(model, torch.zeros(1, 3, 32, 32)))


@pytest.mark.parametrize(("depth", "on_page"), [(20, 0.73), (32, 0.59), (44, 0.51)])
def test_responses_shrink_with_depth_on_cifar10(reference, depth, on_page):
    """The reference's means are over twenty test images, the first ten of which are at hand.

    Means of single images lie 0.05 around them, so ten may lie 0.02 away.
    """
    folder = reference / "cifar10"
    model = load_classifier(folder / CHECKPOINTS[depth].file).model
    transform = find(f"cifar10_resnet{depth}").transform
    files = sorted(folder.glob("*.png"))
    images = torch.stack([transform.tensor(Image.open(file).convert("RGB")) for file in files])
    found = mean(value for _, value in deviations(model, images))
    assert found == pytest.approx(CHECKPOINTS[depth].response, abs=0.02)
    assert round(found, 2) == on_page
