"""What every classifier promises, whatever its family: one way to load it, and one to ask it."""

import json
from zipfile import ZipFile

import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from safetensors.torch import save

from resnet import Classifier, Explanation, explain, load_classifier
from resnet.cli.commands import cli
from resnet.counts.hardware import PRECISIONS
from resnet.maps.answers import ExplainError
from resnet.maps.explain import as_batch, explain_layers, look, views_of
from resnet.maps.methods import OF_A_STAGE, SIGNED_CAMS
from resnet.pictures.placement import PLACEMENTS
from resnet.pictures.transform import Transform
from resnet.text.language import table
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.catalogue import catalogue
from resnet.weights.classifiers.residual_classifier import untrained
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import WeightsError, load_residual
from resnet.weights.reading.checkpoint import CheckpointError
from tests.other_families import Tokens, cached, old_style

PANELS = {"classes", "stages", "anatomy", "lesions", "methods", "trust", "edits", "bundle"}


@pytest.fixture(scope="module")
def photo():
    return Image.fromarray(scene(1_700_003, objects=2).image).resize((260, 230))


@pytest.fixture
def densenet(monkeypatch, tmp_path):
    """torchvision's DenseNet-121 with random weights, which are its cached file."""
    return cached(monkeypatch, tmp_path, "densenet121")[0]


def tokens() -> TorchvisionClassifier:
    see, labels = Transform(32, 32, (0.5,) * 3, (0.5,) * 3), ("cat", "dog")
    model = Tokens().eval().requires_grad_(False)
    return TorchvisionClassifier("vit_b_16", "ViT", model, labels, see, "", "", ())


def made(kind: str, densenet: torch.nn.Module) -> Classifier:
    match kind:
        case "bundled":
            return load_classifier("shapes_resnet20")
        case "random":
            return untrained(load_classifier("digits_residual20").spec)
        case "by name":
            return load_classifier("densenet121")
        case "of a file":
            state = {k: v.contiguous() for k, v in old_style(densenet.state_dict()).items()}
            return load_classifier("mine.safetensors", data=save(state))
    return tokens()


@pytest.fixture(params=["bundled", "random", "by name", "of a file", "tokens"])
def classifier(request, densenet) -> Classifier:
    return made(request.param, densenet)


def test_every_classifier_is_one(classifier):
    assert isinstance(classifier, Classifier)
    assert not classifier.model.training
    assert not any(p.requires_grad for p in classifier.model.parameters())
    assert classifier.biases.shape == (len(classifier.labels),)
    assert all(isinstance(words, str) and words for words in classifier.findings())
    assert len({layer.name for layer in classifier.layers}) == len(classifier.layers)


def test_a_look_tells_the_models_logits_and_maps_where_they_follow(classifier, photo):
    answers = look(classifier, [photo, photo.rotate(90)])
    with torch.inference_mode():
        expected = classifier.model(
            as_batch(classifier, views_of(classifier, [photo, photo.rotate(90)]))
        )
    assert torch.allclose(torch.stack([one.logits for one in answers]), expected, atol=1e-4)
    (shape,) = {tuple(one.maps.shape) for one in answers}
    if "stages" in classifier.lacks:
        assert shape == (0, 0, 0)
    else:
        assert shape == (len(classifier.labels), *classifier.layers[-1].out_shape[1:])


def test_every_layer_is_explained_with_the_shape_that_it_states(classifier, photo):
    for layer in (*classifier.layers[:1], *classifier.layers[-1:]):
        found = explain(classifier, [photo, photo], [0, 1], layer.name)
        assert found.maps.shape == (2, *layer.out_shape[1:])
        assert found.maps.isfinite().all()
        assert (found.stage, found.targets.tolist()) == (layer, [0, 1])
        if classifier.complete(layer.name):
            logits = found.logits[[0, 1], found.targets]
            assert torch.allclose(found.maps.sum((1, 2)) + found.biases, logits, atol=1e-3)


def test_the_usual_layer_is_the_last_and_the_usual_class_the_most_probable(classifier, photo):
    found = explain(classifier, [photo])
    assert isinstance(found, Explanation)
    assert found.stage == next(reversed(classifier.layers), None)
    assert found.targets.tolist() == found.logits.argmax(1).tolist()
    assert found.maps.shape[1:] == (found.stage.out_shape[1:] if found.stage else (0, 0))


def test_several_layers_are_what_each_is_alone(classifier, photo):
    names = [layer.name for layer in classifier.layers[-2:]]
    together = explain_layers(classifier, [photo], 1, names)
    assert [*together] == names
    for name in names:
        alone = explain(classifier, [photo], 1, name).maps
        assert torch.allclose(together[name].maps, alone, atol=1e-4 * float(alone.abs().max()))


@pytest.mark.parametrize("method", SIGNED_CAMS)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_what_is_lacked_is_refused_with_its_reason_and_all_else_answered(
    classifier, photo, method, precision
):
    lacked = [what for what in (method, precision) if what in classifier.lacks]
    if not lacked:
        assert explain(classifier, [photo], method=method, precision=precision).method == method
        return
    with pytest.raises(ExplainError) as refused:
        explain(classifier, [photo], method=method, precision=precision)
    why = classifier.lacks[lacked[0]].format(name=classifier.name)
    assert str(refused.value) == why


def test_what_is_lacked_is_known_by_its_name_and_said_in_every_language(classifier):
    known = PANELS | {*OF_A_STAGE, *PRECISIONS, *PLACEMENTS}
    assert set(classifier.lacks) <= known
    assert "gradcam" not in classifier.lacks
    assert "fp32" not in classifier.lacks
    assert all(why in table("zh") for why in classifier.lacks.values())


def test_an_unknown_layer_is_answered_with_those_that_are(classifier, photo):
    said = ", ".join(layer.name for layer in classifier.layers) or "works on tokens"
    with pytest.raises(ExplainError, match=said):
        explain(classifier, [photo], layer="no such layer")


@pytest.mark.parametrize("kind", ["bundled", "of a file"])
def test_what_its_owner_says_is_taken_and_the_weights_are_shared(kind, densenet):
    classifier = made(kind, densenet)
    labels = tuple(f"a {i}" for i in range(len(classifier.labels)))
    said = classifier.as_given(Given(labels, crop=64))
    assert (said.labels, said.transform.crop) == (labels, 64)
    assert said.model is classifier.model
    with pytest.raises(GivenError, match="labels"):
        classifier.as_given(Given(("too", "few")))


# By name


def test_entries_state_what_their_classifiers_do(densenet):
    for name in ("shapes_resnet20", "densenet121.IMAGENET1K_V1"):
        entry, classifier = catalogue()[name], load_classifier(name)
        stated = entry.name, entry.title, entry.family, entry.labels, entry.transform, entry.lacks
        assert stated == (
            classifier.name, classifier.title, classifier.family, classifier.labels,
            classifier.transform, classifier.lacks,
        )  # fmt: skip
        assert entry.source == classifier.source
        assert classifier.sha256.startswith(entry.sha256_prefix)


def test_every_name_of_the_catalogue_states_what_it_lacks():
    for entry in catalogue().values():
        assert set(entry.lacks) <= PANELS | {*OF_A_STAGE, *PRECISIONS, *PLACEMENTS}
        assert ("classes" in entry.lacks) == entry.name.startswith("vit_")


def test_the_library_answers_as_the_command_does(densenet, photo, tmp_path):
    photo.save(tmp_path / "photo.png")
    words = ["explain", str(tmp_path / "photo.png"), "--model", "densenet121", "--device", "cpu"]
    done = CliRunner().invoke(cli, [*words, "--out", str(tmp_path / "maps"), "--json"])
    (row,) = json.loads(done.output)["photos"]
    found = explain(load_classifier("densenet121"), [photo])
    assert row["logit"] == pytest.approx(float(found.logits.max()), abs=1e-4)
    assert (row["target"], row["layer"]) == (found.top(0)[0].label, found.stage.name)
    keys = {"file", "predictions", "target", "target_index", "logit", "seconds", "layer", "method"}
    assert set(row) == keys | {"map_file", "overlay_file", "map_sum", "bias", "complete"}
    assert row["complete"]
    assert row["map_sum"] == pytest.approx(row["logit"] - row["bias"], abs=1e-4)


def test_a_file_of_another_family_is_explained_by_the_command(densenet, photo, tmp_path):
    photo.save(tmp_path / "photo.png")
    torch.save(densenet.state_dict(), tmp_path / "mine.pth")
    words = ["explain", str(tmp_path / "photo.png"), "--model", str(tmp_path / "mine.pth")]
    options = ["--size", "96", "--device", "cpu", "--out", str(tmp_path / "maps"), "--json"]
    (row,) = json.loads(CliRunner().invoke(cli, [*words, *options]).output)["photos"]
    assert (row["layer"], row["target"]) == ("relu", f"class {row['target_index']}")
    bundle = tmp_path / "b.zip"
    CliRunner().invoke(cli, [*words, *options, "--bundle", str(bundle)], catch_exceptions=False)
    assert ZipFile(bundle).testzip() is None


def test_what_needs_blocks_loads_residual_networks_alone(densenet, tmp_path):
    assert load_residual("shapes_resnet20").spec.depth == 20
    with pytest.raises(WeightsError, match="densenet121"):
        load_residual("densenet121")
    torch.save(densenet.state_dict(), tmp_path / "mine.pth")
    with pytest.raises(CheckpointError, match="no residual network"):
        load_residual(tmp_path / "mine.pth")
