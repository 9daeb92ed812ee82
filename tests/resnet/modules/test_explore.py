"""A user's own module: matched where it is a residual network, else refused by what differs."""

import copy
from dataclasses import replace

import pytest
import timm
import torch
import transformers
from captum.attr import LayerGradCam
from PIL import Image
from torch import nn
from torchvision import models

from resnet import ResNetSpec, build, explain, explore
from resnet.maps.explain import as_batch, views_of
from resnet.modules.borrowed import ExploreError
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from tests.networks import KINDS, frozen, lively

SMALL = Given(crop=64)
LABELS = tuple(f"thing {i}" for i in range(10))


def torchvisions(**changes):
    torch.manual_seed(0)
    block, layers = models.resnet.BasicBlock, [1, 1, 1, 1]
    return lively(models.ResNet(block, layers, num_classes=10, **changes))


def timms(**changes):
    torch.manual_seed(0)
    layers = {"layers": (1, 1, 1, 1), "num_classes": 10}
    return lively(timm.models.resnet.ResNet(timm.models.resnet.Bottleneck, **layers | changes))


def hugging_faces():
    torch.manual_seed(0)
    config = transformers.ResNetConfig(
        embedding_size=64, hidden_sizes=[64, 128, 256, 512], depths=[1] * 4, layer_type="basic",
        num_labels=10,
    )  # fmt: skip
    return lively(transformers.ResNetForImageClassification(config))


@pytest.fixture(scope="module")
def photos():
    return [Image.effect_noise((90, 70), 80).convert("RGB"), Image.new("RGB", (64, 80), "teal")]


DEEP = {"stem_width": 32, "stem_type": "deep", "avg_down": True}


@pytest.mark.parametrize(
    ("make", "spec"),
    [
        (torchvisions, ResNetSpec(block="basic", layers=(1,) * 4, num_classes=10)),
        (hugging_faces, ResNetSpec(block="basic", layers=(1,) * 4, num_classes=10)),
        (timms, ResNetSpec(layers=(1,) * 4, num_classes=10)),
        (
            lambda: timms(**DEEP),
            ResNetSpec(layers=(1,) * 4, num_classes=10, stem="deep", shortcut="D"),
        ),
    ],
    ids=["torchvision", "transformers", "timm", "timm D"],
)
def test_a_residual_network_is_matched_and_answers_as_it_does(make, spec, photos):
    model = make()
    found = explore(model, photos, LABELS, given=SMALL)
    assert found.classifier.spec == replace(spec, image_size=64)
    assert found.graph.params == sum(part.numel() for part in model.parameters())
    convolutions = [p for p in model.modules() if isinstance(p, nn.Conv2d | nn.Linear)]
    assert found.agreement.layers == len(convolutions)
    assert (found.agreement.images, found.agreement.first) == (2, "")
    with torch.no_grad():
        answer = model(as_batch(found.classifier, views_of(found.classifier, photos)))
    expected = getattr(answer, "logits", answer)
    assert torch.allclose(found.explanation.logits, expected, rtol=1e-4, atol=1e-4)
    best = found.explanation.top(0, 1)[0]
    assert best.label == LABELS[int(expected[0].argmax())]
    html = found._repr_html_()
    assert html.count("data:image/png") == 2
    assert html.count("data:image/svg+xml") == 1
    for words in (best.label, f"{found.graph.params:,}", "layers and the logits agree"):
        assert words in html
    assert "ssumed" not in html.replace("Assumed, since nothing says: input normalised", "")


def test_what_no_weight_tells_is_told_by_the_layers(photos):
    v1, plain = frozen(layers=(1, 2, 1, 1), stride_on="1x1"), frozen(**KINDS["plain"])
    found = explore(v1, photos, given=SMALL)
    assert found.classifier.spec == replace(v1.spec, image_size=64)
    told = next(each for each in found.said if each.startswith("Told by its layers: "))
    assert "stride in the 1×1 (v1)" in told
    assert "no dilation" in told
    assert explore(plain, photos, given=SMALL).classifier.spec.shortcut == "none"
    with pytest.raises(ExploreError, match=r"however .* is read\. The first difference: l"):
        explore(v1, photos, given=replace(SMALL, network="stride_on=3x3"))


def test_a_stage_a_class_and_noise_instead_of_images(photos):
    found = explore(torchvisions(), photos[0], LABELS, layer="layer2", targets=3, given=SMALL)
    assert found.explanation.stage.name == "layer2"
    assert found.explanation.targets.tolist() == [3]
    without = explore(torchvisions(), given=SMALL)
    assert without.explanation is None
    assert "data:image/png" not in without._repr_html_()
    assert without.agreement.images == 2


def test_images_may_be_files(photos, tmp_path):
    photos[0].save(tmp_path / "noise.png")
    found = explore(torchvisions(), [tmp_path / "noise.png", str(tmp_path / "noise.png")])
    given = explore(torchvisions(), photos[:1])
    logits, expected = found.explanation.logits[1], given.explanation.logits[0]
    assert torch.allclose(logits, expected, atol=1e-5)  # a batch of two rounds otherwise


def test_the_module_is_left_as_it_was_found(photos):
    model = torchvisions().train()
    model.layer2.eval()
    modes = {name: part.training for name, part in model.named_modules()}
    before = copy.deepcopy(model.state_dict())
    explore(model, photos, given=SMALL)
    assert {name: part.training for name, part in model.named_modules()} == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(part.requires_grad and part.grad is None for part in model.parameters())
    assert not any(part._forward_hooks for part in model.modules())


def test_what_differs_without_a_key_is_named_though_no_logit_tells_it(photos):
    model = timms(output_stride=16)
    for block in (part for part in model.modules() if hasattr(part, "bn3")):
        nn.init.zeros_(block.bn3.weight)  # as many begin: no branch has a say in the logits
        nn.init.zeros_(block.bn3.bias)
    with pytest.raises(ExploreError) as caught:
        explore(model, photos, given=replace(SMALL, network="strides=&dilations="))
    first = "layer4.0.conv2 puts out 4×4×512 in the module and 2×2×512 in the network"
    assert first in str(caught.value)
    assert "layer=“layer4”" in str(caught.value)  # Captum's, offered
    told = explore(model, photos, given=SMALL).classifier.spec
    assert (told.strides, told.dilations) == ((1, 2, 2, 1), (1, 1, 1, 2))


class Squared(models.ResNet):
    """The weights of a ResNet, and other arithmetic at the end."""

    def forward(self, x):
        return super().forward(x) ** 2


def test_other_arithmetic_between_the_same_weights_is_refused(photos):
    torch.manual_seed(0)
    model = lively(Squared(models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=10))
    with pytest.raises(ExploreError, match=r"Squared has the weights of .*: the logits differ"):
        explore(model, photos, given=SMALL)


def test_what_is_no_residual_network_is_refused_and_offered_a_layer(photos):
    torch.manual_seed(0)
    model = lively(models.squeezenet1_1(num_classes=10))
    with pytest.raises(ExploreError, match=r"conv1\.weight.*layer=“classifier") as caught:
        explore(model, photos, given=SMALL)
    assert "\n" not in str(caught.value)
    found = explore(model, photos, LABELS, layer="features.12", given=SMALL)
    batch = as_batch(found.classifier, views_of(found.classifier, photos))
    theirs = copy.deepcopy(model)
    for part in theirs.modules():
        if getattr(part, "inplace", False):
            part.inplace = False
    answered = found.explanation
    maps = LayerGradCam(theirs, theirs.features[12]).attribute(batch, answered.targets)[:, 0]
    assert torch.allclose(answered.maps, maps.detach(), atol=1e-6)
    assert torch.allclose(answered.logits, model(batch).detach(), atol=1e-5)
    assert (found.classifier.spec, found.graph, found.agreement) == (None, None, None)
    assert "Captum" in found._repr_html_()


class Flat(nn.Module):
    """No layer of it has a map."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 10)

    def forward(self, x):
        return self.head(x.mean((2, 3)))


class Odd(Flat):
    def forward(self, x):
        return {"boxes": x}


class Small(Flat):
    def forward(self, x):
        raise RuntimeError("it wants\nother images")


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Flat(), r"Flat is no residual network that is known here\. .* no conv1\.weight"),
        (Odd(), r"answers with a dict"),
        (Small(), r"does not take images of shape \(1, 3, 224, 224\): it wants other images"),
        (nn.Identity(), r"no weights"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_without_an_offer(model, words):
    with pytest.raises(ExploreError, match=words) as caught:
        explore(model)
    assert "Captum" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_few_labels_are_refused():
    with pytest.raises(GivenError, match="There are 2 labels"):
        explore(torchvisions(), labels=["a", "b"])


def test_our_own_modules_are_explored_as_well(photos):
    model = frozen(layers=(1, 1, 1, 1), preact=True)
    found = explore(model, photos, given=SMALL)
    assert found.classifier.spec.preact
    assert explain(found.classifier, photos[:1]).logits.shape == (1, 7)
    assert build(found.classifier.spec).spec == found.classifier.spec
