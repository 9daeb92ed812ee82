"""What its owner says of a checkpoint: used, checked, and what is left assumed."""

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image
from torchvision import transforms
from torchvision.models import ResNet18_Weights
from torchvision.transforms import functional as tv

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.given.labels import GivenError, read_labels
from resnet.weights.given.owner_says import (
    NORMALISATIONS,
    Given,
    nameless,
    numbered,
    read_network,
    read_numbers,
    read_size,
)
from resnet.weights.loading import load_classifier
from resnet.weights.reading.fitting import load_into
from resnet.weights.reading.infer_spec import CheckpointError
from tests.figures import CIFAR10_CLASSES

SPEC = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), planes=(4, 8), stem_width=4)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("own") / "mine.pth"
    torch.save(build(SPEC).state_dict(), path)
    return path


def test_a_wrong_number_of_labels_gets_one_message_with_both_numbers(checkpoint):
    with pytest.raises(GivenError, match="9 labels, and the network tells 10 classes"):
        load_classifier(checkpoint, given=Given(labels=tuple("abcdefghi")))


def test_what_is_given_is_no_longer_assumed(checkpoint):
    bare = load_classifier(checkpoint)
    assert [*map(str, bare.assumed[-2:])] == [
        "input 32×32",
        "input normalised with ImageNet's mean and deviation",
    ]
    said = bare.as_given(Given(tuple("abcdefghij"), (0.5,), (0.25,), 48, 40))
    assert said.labels == tuple("abcdefghij")
    assert (said.transform.resize, said.transform.crop) == (48, 40)
    assert said.transform.mean == (0.5, 0.5, 0.5)
    assert said.spec.image_size == 40
    assert said.assumed == bare.assumed[:-2]
    assert said.model is bare.model


def test_the_network_sees_what_torchvision_would_show_it(checkpoint):
    _, mean, std = NORMALISATIONS["cifar10"]
    see = load_classifier(checkpoint, given=Given(None, mean, std, 40, 32)).transform
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (3, 64, 50), generator=generator, dtype=torch.uint8)
    image = tv.to_pil_image(pixels)
    theirs = transforms.Compose(
        [
            transforms.Resize(40),
            transforms.CenterCrop(32),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    assert torch.allclose(see.tensor(see.view(image)), theirs(image), atol=1e-6)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mean": (0.5,)}, "mean and the deviation"),
        ({"mean": (0.5, 0.5), "std": (1.0,)}, "2 numbers, and the network reads 3"),
        ({"mean": (0.5,), "std": (0.0,)}, "above 0"),
        ({"crop": 4}, "crop is 4 pixels; it can be 8 to 1024"),
        ({"crop": 5000}, "8 to 1024"),
        ({"resize": 4}, "resize is 4 pixels"),
        ({"network": "depth=3"}, "“depth”"),
        ({"network": "groups=many"}, "groups is a number"),
        ({"network": "stride_on=1x1"}, "network cannot be. A basic block has no 1×1"),
        ({"network": "shortcut=C"}, "layer1.0.downsample.0.weight is missing"),
        ({"network": "net=resnet50"}, "does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(checkpoint, given, said):
    with pytest.raises((GivenError, CheckpointError), match=said):
        load_classifier(checkpoint, given=Given(**given))


def test_a_network_that_is_said_is_taken_and_assumed_no_longer(checkpoint):
    assumed = load_classifier(checkpoint)
    plain = load_classifier(checkpoint, given=Given(network="shortcut=none"))
    x = torch.randn(1, 3, 32, 32)
    assert plain.spec == replace(assumed.spec, shortcut="none")
    assert [each.axis for each in assumed.assumed if each not in plain.assumed] == ["shortcut"]
    assert torch.equal(plain.model(x), load_into(plain.spec, assumed.model.state_dict()).eval()(x))
    assert not torch.allclose(plain.model(x), assumed.model(x))
    shared = assumed.as_given(Given(network="shortcut=none")).model
    assert shared.fc.weight.data_ptr() == assumed.model.fc.weight.data_ptr()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("resnet50", "net=resnet50"),
        ("?stride_on=1x1&shortcut=none", "stride_on=1x1&shortcut=none"),
        (" ", ""),
    ],
)
def test_a_network_is_said_by_name_or_by_fields(text, fields):
    assert read_network(text) == fields
    with pytest.raises(GivenError, match="There is no"):
        read_network("resnet51x")


def test_nothing_is_said_of_a_network_of_the_catalogue():
    with pytest.raises(GivenError, match="shapes_resnet20 are known"):
        load_classifier("shapes_resnet20", given=Given(crop=32))


@pytest.mark.parametrize("text", ["", "a,b", "0.5,,0.5", "nan", "inf", "1e9", "1;2"])
def test_numbers_are_numbers(text):
    with pytest.raises(GivenError, match=r"write numbers|beyond"):
        read_numbers(text, "mean")
    assert read_numbers(" 0.5, 1e-1", "mean") == (0.5, 0.1)


@pytest.mark.parametrize("text", ["", "0", "-1", "3.5", "２２４", "99999"])
def test_sizes_are_pixels(text):
    with pytest.raises(GivenError, match="number of pixels"):
        read_size(text, "crop")
    assert read_size("224", "crop") == 224


def test_a_grey_network_takes_one_number(tmp_path):
    path = tmp_path / "grey.pth"
    torch.save(build(ResNetSpec.preset("cifar_resnet20", in_channels=1)).state_dict(), path)
    assert load_classifier(path).transform.mean == (0.5,)
    with pytest.raises(GivenError, match="reads 1 channels"):
        load_classifier(path, given=Given(mean=(0.4, 0.4, 0.4), std=(0.2,)))


def test_published_weights_know_their_pictures_by_their_names(reference):
    labels = read_labels("\n".join(CIFAR10_CLASSES).encode(), "labels.txt")
    file = next((reference / "cifar10").glob("resnet20-*.th"))
    classifier = load_classifier(file, given=Given(labels=labels))
    right = 0
    for path in sorted((reference / "cifar10").glob("*.png")):
        x = classifier.transform.tensor(classifier.transform.view(Image.open(path)))
        with torch.inference_mode():
            right += (
                classifier.labels[int(classifier.model(x[None]).argmax())]
                == CIFAR10_CLASSES[int(path.stem[-1])]
            )
    assert right == 10
    assert math.isclose(classifier.transform.mean[0], 0.485)


def test_what_nobody_says_of_an_imagenet_network_is_as_torchvision_has_it():
    theirs = ResNet18_Weights.IMAGENET1K_V1.transforms()
    ours = Given().transform(ResNetSpec.preset("resnet18"))
    assert (list(ours.mean), list(ours.std)) == (theirs.mean, theirs.std)
    assert ([ours.resize], [ours.crop]) == (theirs.resize_size, theirs.crop_size)
    for crop, resize in ((223, 223), (448, 512)):  # the same share of a larger side
        assert Given(crop=crop).transform(ResNetSpec.preset("resnet18")).resize == resize


def test_cifars_numbers_are_those_of_its_training_images():
    """By channel, of all 50,000, to four decimals, as CIFAR-10's users compute them."""
    _, mean, std = NORMALISATIONS["cifar10"]
    assert mean == (0.4914, 0.4822, 0.4465)
    assert std == (0.2470, 0.2435, 0.2616)


def test_a_mean_or_a_deviation_may_be_at_its_limit_and_no_further():
    assert read_numbers("1000, -1000", "mean") == (1000, -1000)
    for text in ("1000.5", "-1000.5"):
        with pytest.raises(GivenError, match="beyond ±1000"):
            read_numbers(text, "mean")


def test_numbered_classes_are_nameless_and_named_ones_are_not():
    assert numbered(2) == ("class 0", "class 1")
    assert nameless(numbered(2))
    assert not nameless(("class 0", "dog"))
