"""Checkpoints of other families: recognised to the last weight, or refused as before."""

import pytest
import torch
from PIL import Image
from safetensors.torch import save
from torchvision import models

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.classifiers.recognise import recognise
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier
from resnet.weights.reading.checkpoint import CheckpointError
from tests.other_families import old_style


def state_of(builder: str, classes: int) -> dict[str, torch.Tensor]:
    with torch.device("meta"):
        return models.get_model(builder, weights=None, num_classes=classes).state_dict()


@pytest.mark.parametrize(
    "builder", ["densenet121", "densenet169", "vgg16", "vgg16_bn", "alexnet", "squeezenet1_1",
                "mobilenet_v3_small", "efficientnet_b0", "convnext_tiny", "shufflenet_v2_x1_0",
                "mnasnet1_0", "vit_b_32", "swin_t"],
)  # fmt: skip
@pytest.mark.parametrize("classes", [1000, 7])
def test_a_state_dict_tells_its_builder_and_its_classes(builder, classes):
    state = state_of(builder, classes)
    assert recognise(state) == (builder, classes)
    assert recognise({key: state[key] for key in sorted(state)}) == (builder, classes)


@pytest.mark.parametrize("change", ["one missing", "one more", "another shape"])
def test_a_weight_that_does_not_fit_is_no_match(change):
    state = state_of("squeezenet1_1", 3)
    if change == "one missing":
        del state["features.0.bias"]
    if change == "one more":
        state["features.99.bias"] = torch.zeros(3)
    if change == "another shape":
        state["features.3.squeeze.weight"] = torch.empty(16, 64, 3, 3, device="meta")
    assert recognise(state) is None


def bytes_of(model) -> bytes:
    return save({key: tensor.contiguous() for key, tensor in old_style(model.state_dict()).items()})


@pytest.fixture(scope="module")
def densenet():
    torch.manual_seed(0)
    return models.densenet121(num_classes=5).eval()


@pytest.fixture(scope="module")
def found(densenet) -> TorchvisionClassifier:
    return load_classifier("mine.safetensors", data=bytes_of(densenet))


def test_the_network_of_a_file_answers_as_torchvisions(densenet, found):
    x = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.allclose(found.model(x), densenet(x), atol=1e-5)
    assert (found.name, found.family, len(found.sha256)) == ("densenet121", "file", 64)
    assert found.layers[-1].name == "relu"
    assert not any(p.requires_grad for p in found.model.parameters())


@pytest.mark.parametrize(
    "state",
    [
        {"fc.weight": torch.zeros(0, 5)},
        {"fc.weight": torch.zeros(0, 5), "x": torch.zeros(13_000_000, dtype=torch.int8)},
        {"fc.weight": torch.tensor(1.0)},
        # by its size a RegNet, whose linear layer would be a terabyte for so many classes
        {"fc.weight": torch.zeros(80_000_000, 1, dtype=torch.int8)},
    ],
    ids=["empty", "no classes", "no sides", "too many classes"],
)
def test_a_head_that_no_network_has_is_one_sentence(state):
    with pytest.raises(CheckpointError, match=r"has no conv1\.weight"):
        load_classifier("x.safetensors", data=save(state))


@pytest.mark.parametrize("kind", ["int8", "complex64", "nan"])
def test_weights_of_any_family_must_be_finite_decimals(kind):
    state = models.squeezenet1_1(num_classes=3).state_dict()
    wrong = {
        key: tensor * float("nan") if kind == "nan" else tensor.to(getattr(torch, kind))
        for key, tensor in state.items()
    }
    with pytest.raises(CheckpointError, match=r"features\.0\.weight must hold finite decimals"):
        load_classifier("x.safetensors", data=save(wrong))


def test_half_precision_of_any_family_is_widened():
    state = models.squeezenet1_1(num_classes=3).half().state_dict()
    found = load_classifier("x.safetensors", data=save(state))
    assert {tensor.dtype for tensor in found.model.state_dict().values()} == {torch.float32}


def test_what_its_owner_says_is_used(found):
    labels = ("a", "b", "c", "d", "e")
    said = found.as_given(Given(labels, (0.5,), (0.25,), None, 128))
    assert (said.labels, said.transform.crop) == (labels, 128)
    assert said.layers[-1].out_shape[1:] == (4, 4)
    seen = said.transform.tensor(Image.new("RGB", (128, 128), "white"))
    assert torch.allclose(seen, torch.full((3, 128, 128), 2.0))
    assert said.assumed == ()
    assert [*map(str, found.assumed)] == [
        "input 224×224",
        "input normalised with ImageNet's mean and deviation",
    ]


def test_a_network_of_tokens_reads_the_pixels_that_its_positions_say():
    torch.manual_seed(0)
    made = models.vision_transformer.VisionTransformer(96, 32, 12, 12, 768, 3072, num_classes=3)
    found = load_classifier("vit.safetensors", data=save(made.state_dict()))
    assert (found.name, found.transform.crop, found.transform.resize) == ("vit_b_32", 96, 96)
    x = torch.randn(1, 3, 96, 96)
    with torch.inference_mode():
        assert torch.allclose(found.model(x), made.eval()(x), atol=1e-5)
    with pytest.raises(GivenError, match="vit_b_32 reads 96×96 pixels and no others"):
        found.as_given(Given(crop=224))


def test_what_does_not_fit_is_said_in_words(found):
    with pytest.raises(GivenError, match="2 labels"):
        found.as_given(Given(("a", "b")))
    with pytest.raises(GivenError, match="cannot read 16×16 pixels"):
        found.as_given(Given(crop=16))
    with pytest.raises(GivenError, match="densenet121 is no residual network"):
        found.as_given(Given(network="stride_on=1x1"))


def test_residual_networks_and_nonsense_are_answered_as_before():
    spec = ResNetSpec.preset("cifar_resnet20")
    loaded = load_classifier("r.safetensors", data=save(build(spec).state_dict()))
    assert isinstance(loaded, ResidualClassifier)
    with pytest.raises(CheckpointError, match=r"conv1\.weight"):
        load_classifier("x.safetensors", data=save({"fc.weight": torch.zeros(3, 4)}))
