"""Names and files become classifiers; a file with another hash is never used."""

import hashlib
import json
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torchvision import models

from resnet.fetch.bundled import AssetError
from resnet.fetch.download import DownloadError, Received
from resnet.model.module import build
from resnet.pictures.reading import read_image
from resnet.training.datasets import load_dataset
from resnet.training.sgd_recipe import score
from resnet.weights import catalogue as catalogues
from resnet.weights import loading
from resnet.weights.catalogue import catalogue, residual_networks
from resnet.weights.loading import WeightsError, fetch, find, load_classifier
from resnet.weights.reading.checkpoint import CheckpointError
from tests.figures import CHECKPOINTS
from tests.resnet.weights.small_bundle import LABELS, SPEC, write_bundle


def serve(monkeypatch, content):
    """Instead of the network, a `download` that writes `content`; returns what it is asked for."""
    asked = []

    def download(url, path, prefix):
        asked.append(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        yield Received(len(content), len(content))

    monkeypatch.setattr(loading, "download", download)
    return asked


@pytest.mark.parametrize("name", ["resnet51", "cifar_resnet20", "\x1b[2Jresnet5"])
def test_an_unknown_name_is_answered_with_close_ones(bundle, name):
    with pytest.raises(WeightsError, match="resnet") as caught:
        load_classifier(name)
    assert str(caught.value).isprintable()


# The bundled network


def test_the_bundled_network_loads_ready_to_classify(bundle):
    classifier = load_classifier("shapes_resnet20")
    assert classifier.spec == classifier.model.spec == SPEC
    assert (classifier.labels, classifier.family, classifier.assumed) == (LABELS, "shapes", ())
    assert classifier.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert not classifier.model.training
    assert not any(p.requires_grad for p in classifier.model.parameters())
    x = classifier.transform.tensor(classifier.transform.view(Image.new("RGB", (50, 40))))
    assert classifier.model(x[None]).shape == (1, 3)
    with pytest.raises(FrozenInstanceError):
        classifier.name = "another"


def test_a_changed_bundled_file_is_refused(bundle):
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"\xff")
    with pytest.raises(AssetError, match="missing or damaged"):
        load_classifier("shapes_resnet20")


def test_a_missing_bundled_file_is_named_when_it_is_asked_for(bundle):
    bundle.unlink()
    assert next(iter(residual_networks())) == "shapes_resnet20"
    with pytest.raises(AssetError, match=r"shapes_resnet20\.safetensors is missing"):
        load_classifier("shapes_resnet20")


@pytest.mark.parametrize("said", [None, "", "{", "[]", '{"name": "x"}', '{"name": 3}', "\0"])
def test_what_is_said_of_a_bundled_file_must_be_there(bundle, said):
    beside = bundle.with_suffix(".json")
    if said is None:
        beside.unlink()
    else:
        beside.write_text(said)
    with pytest.raises(AssetError, match=r"shapes_resnet20\.json is missing or damaged"):
        load_classifier("shapes_resnet20")


def test_the_device_is_the_asked_one(bundle):
    model = load_classifier("shapes_resnet20", device="meta").model
    assert {p.device.type for p in model.parameters()} == {"meta"}


def test_the_repositorys_own_bundle_answers():
    catalogue.cache_clear()
    classifier = load_classifier("shapes_resnet20")
    x = classifier.transform.tensor(classifier.transform.view(Image.new("RGB", (50, 40))))
    with torch.inference_mode():
        assert classifier.model(x[None]).isfinite().all()


@pytest.mark.parametrize(
    ("kind", "depth"),
    [("plain", 20), ("plain", 56), ("residual", 20), ("residual", 56), ("residual", 110)],
)
def test_the_bundled_digits_are_as_good_as_is_said(kind, depth):
    """By name and by file, and from bytes that went the way of a photograph."""
    catalogue.cache_clear()
    file = catalogues.ASSETS / f"digits_{kind}{depth}.safetensors"
    classifier = load_classifier(f"digits_{kind}{depth}")
    assert load_classifier(file).spec == classifier.spec
    assert classifier.spec.depth == depth
    assert (classifier.spec.shortcut == "none") == (kind == "plain")
    assert (classifier.transform.crop, len(classifier.transform.mean)) == (8, 1)
    test = load_dataset("digits").test
    said = json.loads(file.with_suffix(".json").read_text("utf-8"))["measured"]
    assert score(classifier.model, test).error == pytest.approx(said["test_error"], abs=2 / 360)
    grey = Image.fromarray((load_digits().images[-1] * 255 / 16).astype("uint8"))
    seen = classifier.transform.tensor(grey)
    torch.testing.assert_close(seen, test.images[-1], atol=0.02, rtol=0)


def test_a_description_of_another_file_is_not_believed(tmp_path):
    file = write_bundle(tmp_path)
    assert load_classifier(file).labels == LABELS
    about = json.loads(file.with_suffix(".json").read_text())
    file.with_suffix(".json").write_text(json.dumps(about | {"sha256": "0" * 64}))
    assert load_classifier(file).assumed
    file.with_suffix(".json").write_text('{"a": "model card"}')
    assert load_classifier(file).assumed


# Downloads


@pytest.fixture
def entry(bundle, tmp_path, monkeypatch):
    """An entry to download, whose file the network would bring."""
    content = bundle.read_bytes()
    made = replace(
        catalogue()["shapes_resnet20"],
        name="remote",
        url="http://weights.example/net.safetensors",
        path=tmp_path / "cache" / "net.safetensors",
        sha256_prefix=hashlib.sha256(content).hexdigest()[:8],
    )
    monkeypatch.setitem(catalogue(), "remote", made)
    return made


def test_what_is_not_cached_is_downloaded_once(entry, bundle, monkeypatch):
    asked = serve(monkeypatch, bundle.read_bytes())
    assert not entry.cached
    assert load_classifier("remote").source == entry.url
    assert entry.cached
    load_classifier("remote")
    assert asked == [entry.url]


def test_a_file_that_is_here_is_hashed_once_for_each_classifier(entry, bundle, monkeypatch):
    entry.path.parent.mkdir()
    entry.path.write_bytes(bundle.read_bytes())
    hashed = []
    usual = loading._sha256
    monkeypatch.setattr(loading, "_sha256", lambda file: hashed.append(file) or usual(file))
    load_classifier("remote")
    assert hashed == [entry.path]


def test_a_cached_file_with_another_hash_is_downloaded_again(entry, bundle, monkeypatch):
    entry.path.parent.mkdir()
    entry.path.write_bytes(b"something else")
    asked = serve(monkeypatch, bundle.read_bytes())
    assert [r.done for r in fetch(entry)] == [len(bundle.read_bytes())]
    assert list(fetch(entry)) == []
    assert asked == [entry.url]


def test_a_wrong_cached_file_is_gone_even_if_the_network_is_down(entry, monkeypatch):
    entry.path.parent.mkdir()
    entry.path.write_bytes(b"something else")

    def download(*_):
        raise DownloadError("no network")
        yield

    monkeypatch.setattr(loading, "download", download)
    with pytest.raises(DownloadError):
        load_classifier("remote")
    assert not entry.path.exists()


@pytest.mark.parametrize("there", [None, b"something else"])
def test_offline_nothing_is_downloaded_in_place_of_what_lacks_or_is_wrong(
    there, entry, bundle, monkeypatch
):
    """A page downloads where somebody asks for it, and its operator lets them."""
    entry.path.parent.mkdir()
    if there:
        entry.path.write_bytes(there)
    asked = serve(monkeypatch, bundle.read_bytes())
    with pytest.raises(WeightsError, match="The file of remote is not here, or was damaged"):
        load_classifier("remote", offline=True)
    assert asked == []
    assert not entry.path.exists()
    list(fetch(entry))
    assert load_classifier("remote", offline=True).source == entry.url


def test_torchvisions_files_go_through_its_weights(bundle, monkeypatch):
    torch.manual_seed(1)
    theirs = models.resnet18().eval()
    entry = find("resnet18")
    entry.path.parent.mkdir(parents=True)
    torch.save(theirs.state_dict(), entry.path)
    prefix = hashlib.sha256(entry.path.read_bytes()).hexdigest()[:8]
    monkeypatch.setitem(catalogue(), entry.name, replace(entry, sha256_prefix=prefix))
    ours = load_classifier("resnet18")
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(ours.model(x), theirs(x))
    assert ours.title == "resnet18, ImageNet (V1)"


# A user's file


def test_a_users_file_by_path_or_bytes(tmp_path):
    path = tmp_path / "mine.pth"
    torch.save(build(SPEC).state_dict(), path)
    by_path = load_classifier(path)
    by_text = load_classifier(str(path))
    by_bytes = load_classifier("mine.pth", data=path.read_bytes())
    for loaded in (by_path, by_text, by_bytes):
        assert (loaded.name, loaded.family) == ("mine.pth", "file")
        assert loaded.labels == ("class 0", "class 1", "class 2")
        assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert loaded.transform.crop == 32
        assert "ImageNet's mean" in str(loaded.assumed[-1])


def test_a_grey_network_gets_grey_images(tmp_path):
    path = tmp_path / "grey.pth"
    torch.save(build(replace(SPEC, in_channels=1)).state_dict(), path)
    classifier = load_classifier(path)
    view = classifier.transform.view(Image.new("RGB", (40, 40)))
    assert classifier.model(classifier.transform.tensor(view)[None]).shape == (1, 3)


def test_a_network_that_reads_no_picture_is_refused(tmp_path):
    path = tmp_path / "odd.pth"
    torch.save(build(replace(SPEC, in_channels=5)).state_dict(), path)
    with pytest.raises(CheckpointError, match="5 channels"):
        load_classifier(path)


# Held against others' checkpoints


def published(reference, depth):
    return load_classifier(reference / "cifar10" / CHECKPOINTS[depth].file)


def images(reference, transform):
    paths = sorted((reference / "cifar10").glob("*.png"))
    views = [transform.tensor(transform.view(read_image(path.read_bytes()))) for path in paths]
    return torch.stack(views), [int(path.stem[-1]) for path in paths]  # (10, 3, 32, 32)


@pytest.mark.parametrize("depth", CHECKPOINTS)
def test_published_checkpoints_give_their_published_logits(reference, depth):
    classifier, known = published(reference, depth), CHECKPOINTS[depth]
    assert classifier.spec.name == f"cifar_resnet{depth}"
    assert classifier.sha256 == known.sha256
    x, _ = images(reference, classifier.transform)
    with torch.inference_mode():
        zeros, cat = classifier.model(torch.zeros(1, 3, 32, 32))[0], classifier.model(x[:1])[0]
    for ours, theirs in ((zeros, known.zeros), (cat, known.cat)):
        assert torch.allclose(ours, torch.tensor(theirs), rtol=0, atol=1e-3)


@pytest.mark.parametrize("depth", CHECKPOINTS)
def test_published_checkpoints_know_the_first_ten_test_images(reference, depth):
    classifier = published(reference, depth)
    x, labels = images(reference, classifier.transform)
    with torch.inference_mode():
        assert classifier.model(x).argmax(1).tolist() == labels


@pytest.mark.parametrize("depth", CHECKPOINTS)
def test_a_published_file_in_the_cache_is_the_catalogues(reference, depth, bundle):
    entry = find(f"cifar10_resnet{depth}")
    entry.path.parent.mkdir(parents=True)
    entry.path.write_bytes((reference / "cifar10" / entry.path.name).read_bytes())
    assert load_classifier(entry.name).labels[3] == "cat"
