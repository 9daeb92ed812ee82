"""What is in a bundle of evidence."""

import json
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import captum.attr as attr
import numpy as np
import torch
from PIL import Image

from resnet import ResNetSpec, load_classifier
from resnet.evidence.bundle import gather, write
from resnet.maps.explain import explain
from tests.conftest import ROOT
from tests.resnet.evidence.bundles import STAGES


def test_a_bundle_holds_what_was_seen_said_and_found(bundled, photo):
    classifier = load_classifier("shapes_resnet20")
    said = explain(classifier, [photo], "star")
    assert np.array_equal(Image.open(BytesIO(bundled["input.png"])), photo)
    assert Image.open(BytesIO(bundled["seen.png"])).size == (64, 64)
    assert json.loads(bundled["labels.json"]) == list(classifier.labels)
    predictions = json.loads(bundled["predictions.json"])
    assert len(predictions) == 10
    assert predictions[0]["label"] == said.top(0)[0].label
    last = np.load(BytesIO(bundled["maps/layer3.npy"]))
    assert np.allclose(last, said.maps[0].numpy(), atol=1e-6)
    for stage in STAGES:
        assert Image.open(BytesIO(bundled[f"overlays/{stage}.png"])).size == (448, 448)


def test_the_manifest_says_all_that_the_maps_depend_on(bundled):
    said, classifier = json.loads(bundled["manifest.json"]), load_classifier("shapes_resnet20")
    weights = ROOT / "assets" / "shapes_resnet20.safetensors"
    assert said["sha256"] == sha256(weights.read_bytes()).hexdigest()
    assert said["input_sha256"] == sha256(bundled["input.png"]).hexdigest()
    assert said["labels_sha256"] == sha256(bundled["labels.json"]).hexdigest()
    assert ResNetSpec.from_query(said["spec"]) == classifier.spec
    assert (said["method"], said["label"], said["device"]) == ("hirescam", "star", "cpu")
    assert said["transform"]["crop"] == 64
    assert said["versions"]["torch"] == torch.__version__.partition("+")[0]
    assert set(said["versions"]) >= {"python", "torch", "torchvision", "resnet-explorer"}


def test_no_place_or_camera_goes_with_the_photograph(photo):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0)}
    buffer = BytesIO()
    photo.save(buffer, "JPEG", exif=exif)
    from resnet.pictures.reading import read_image

    read = read_image(buffer.getvalue())
    data = write(gather(load_classifier("shapes_resnet20"), read, layers=["layer3"]))
    with ZipFile(BytesIO(data)) as archive:
        again = Image.open(BytesIO(archive.read("input.png")))
    assert not again.getexif()
    assert not again.info


def test_the_maps_of_other_methods_are_captums(with_more, photo):
    classifier = load_classifier("shapes_resnet20")
    x = classifier.transform.tensor(classifier.transform.view(photo))[None].requires_grad_()
    target = classifier.labels.index("star")
    (gradient,) = torch.autograd.grad(classifier.model(x)[0, target], x)
    found = np.load(BytesIO(with_more["maps/saliency.npy"]))
    expected = gradient.abs().amax(1)[0].numpy()
    assert np.allclose(found, expected, atol=1e-5 * expected.max())
    tiles = attr.FeatureAblation(classifier.model).attribute(
        x.detach(), target=target, feature_mask=(torch.arange(64) // 8)[:, None] * 8
        + torch.arange(64) // 8,
    )  # fmt: skip
    found = np.load(BytesIO(with_more["maps/ablation.npy"]))
    assert np.allclose(found, tiles[0, 0].detach().numpy(), atol=1e-4)
