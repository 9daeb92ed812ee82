"""Evidence bundles: computed again they give the same maps; hostile ones give one sentence."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import captum.attr as attr
import click
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.format import write_array_header_1_0
from PIL import Image
from safetensors.torch import load_file, save_file

from resnet import ResNetSpec, build, load_classifier
from resnet.cli.commands import cli
from resnet.evidence.bundle import gather, write
from resnet.evidence.manifest import BundleError, Manifest, More, read_manifest
from resnet.evidence.replay import replay
from resnet.maps.explain import explain
from resnet.maps.methods import METHODS, Settings
from resnet.training.drawn_shapes import scene
from tests.command_line import Done, run, run_afresh
from tests.conftest import ROOT
from tests.trap import Trap

STAGES = ("layer1", "layer2", "layer3")


@pytest.fixture(scope="module")
def photo():
    return Image.fromarray(scene(1_700_001, objects=2).image).resize((90, 70))


@pytest.fixture(scope="module")
def bundled(photo):
    """The files of a bundle by name."""
    data = write(gather(load_classifier("shapes_resnet20"), photo, "star", None, "hirescam"))
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def changed(files: dict[str, bytes], **fields: object) -> dict[str, bytes]:
    """The same bundle with other fields in its manifest."""
    manifest = json.loads(files["manifest.json"]) | fields
    return files | {"manifest.json": json.dumps(manifest).encode()}


# What is in it


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


# Computed again


def computed_again(command: Callable[..., Done], source: Path) -> None:
    again = command("explain", "--from", source, "--json")
    assert again.status == 0, again.stderr
    said = json.loads(again.stdout)
    assert (said["same"], said["target"]) == (True, "star")
    assert set(said["differences"]) == set(STAGES)
    assert said["largest_difference"] <= 1e-5


def test_a_new_interpreter_computes_the_same_maps_of_a_zip_or_a_folder(tmp_path, photo):
    photo.save(tmp_path / "photo.png")
    call = ("explain", "photo.png", "--bundle", "b.zip", "--target", "star")
    made = run(*call, folder=tmp_path)
    assert made.status == 0, made.stderr
    assert "b.zip" in made.stdout
    computed_again(partial(run_afresh, folder=tmp_path), tmp_path / "b.zip")
    with ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    computed_again(run, tmp_path / "bundle" / "manifest.json")


def test_a_map_that_was_changed_is_found_out(tmp_path, bundled):
    values = np.load(BytesIO(bundled["maps/layer2.npy"]))
    values[3, 4] += 2e-5 * np.abs(values).max()
    buffer = BytesIO()
    np.save(buffer, values)
    path = zipped(tmp_path / "b.zip", bundled | {"maps/layer2.npy": buffer.getvalue()})
    done = run("explain", "--from", path)
    assert done.status == 1
    assert done.stdout.startswith("Other maps: the largest difference is 2e-05")


def test_an_own_checkpoint_is_named_on_replay(tmp_path, photo):
    torch.manual_seed(0)
    spec = ResNetSpec.preset("cifar_resnet20", num_classes=3)
    torch.save(build(spec).state_dict(), tmp_path / "mine.pth")
    (tmp_path / "labels.txt").write_text("cat\ndog\nfish\n")
    photo.save(tmp_path / "photo.png")
    own = ("--labels", "labels.txt", "--mean", "0.5", "--std", "0.25", "--size", "48")
    call = ("explain", "photo.png", "--model", "mine.pth", *own, "--bundle", "b.zip")
    made = run(*call, "--target", "dog", "--layer", "layer2", folder=tmp_path)
    assert made.status == 0, made.stderr
    with pytest.raises(BundleError, match="no bundle holds; name it with --model"):
        replay(tmp_path / "b.zip")
    found = replay(tmp_path / "b.zip", str(tmp_path / "mine.pth"))
    assert (found.same, list(found.differences)) == (True, ["layer2"])
    assert found.manifest.label == "dog"


def test_other_weights_are_refused(tmp_path, bundled):
    other = load_file(ROOT / "assets" / "shapes_resnet20.safetensors")
    other["fc.bias"] = other["fc.bias"] + 1e-3
    save_file(other, tmp_path / "other.safetensors")
    path = zipped(tmp_path / "b.zip", bundled)
    with pytest.raises(BundleError, match="others than the bundle's: their SHA-256 begins"):
        replay(path, str(tmp_path / "other.safetensors"))


def test_weights_that_are_not_here_are_refused_and_not_fetched(tmp_path, bundled, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    from resnet.weights.catalogue import catalogue

    catalogue.cache_clear()
    path = zipped(tmp_path / "b.zip", changed(bundled, model="resnet50.IMAGENET1K_V2"))
    with pytest.raises(BundleError, match=r"not on this machine \(about 103 MB to download\)"):
        replay(path)
    catalogue.cache_clear()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_half_precision_is_computed_in_half_precision(tmp_path, photo, precision):
    classifier = load_classifier("shapes_resnet20")
    (tmp_path / "b.zip").write_bytes(write(gather(classifier, photo, precision=precision)))
    found = replay(tmp_path / "b.zip")
    assert found.same
    assert found.manifest.precision == precision


@pytest.mark.parametrize("signs", ["both", "positive", "negative"])
def test_whatever_signs_are_drawn_the_maps_are_computed_again(tmp_path, photo, signs):
    evidence = gather(load_classifier("shapes_resnet20"), photo, layers=["layer3"])
    (tmp_path / "b.zip").write_bytes(write(replace(evidence, signs=signs)))
    assert replay(tmp_path / "b.zip").same


# Other methods

MORE = More("layer2", tuple(name for name in METHODS if name not in ("gradcam", "hirescam")),
            Settings(seed=5, samples=4, steps=4))  # fmt: skip


@pytest.fixture(scope="module")
def with_more(photo):
    """The files of a bundle with every other method, by name."""
    classifier = load_classifier("shapes_resnet20")
    evidence = gather(classifier, photo, "star", ["layer3"], more=MORE, placement="conventional")
    with ZipFile(BytesIO(write(evidence))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_other_method_is_computed_again(tmp_path, with_more):
    path = zipped(tmp_path / "b.zip", with_more)
    again = run("explain", "--from", path, "--json")
    assert again.status == 0, again.stderr
    said = json.loads(again.stdout)
    assert said["same"]
    assert set(said["differences"]) == {"layer3", *MORE.methods}


def test_another_seed_is_another_map(tmp_path, with_more):
    """So a seed that is the manifest's is used."""
    more = json.loads(with_more["manifest.json"])["more"]
    settings = more["settings"] | {"seed": 6}
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more | {"settings": settings}))
    differences = replay(path).differences
    assert differences["smoothgrad"] > 1e-2
    assert all(value <= 1e-5 for name, value in differences.items() if name != "smoothgrad")


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"methods": ["gradcam++", "no such"]}, "other methods"),
        ({"methods": []}, "other methods"),
        ({"methods": ["saliency", "saliency"]}, "other methods"),
        ({"methods": ["../saliency"]}, "other methods"),
        ({"layer": "layer9"}, "layer1 or layer2 or layer3"),
        ({"settings": {"samples": 10**9}}, "missing"),
    ],
)
def test_other_methods_that_lie_are_refused(tmp_path, with_more, change, said):
    more = json.loads(with_more["manifest.json"])["more"]
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more | change))
    assert said in refused(path)


@pytest.mark.parametrize(
    "setting", [{"samples": 10**9}, {"steps": 0}, {"window": True}, {"noise": 2}, {"seed": -1}]
)
def test_settings_that_would_never_end_are_refused(tmp_path, with_more, setting):
    more = json.loads(with_more["manifest.json"])["more"]
    settings = more["settings"] | setting
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more | {"settings": settings}))
    assert f"manifest's {next(iter(setting))}" in refused(path)


# Hostile bundles


def refused(path: Path) -> str:
    with pytest.raises(BundleError) as caught:
        replay(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


FIELDS = {
    "spec": "one line of text",
    "model": "one line of text",
    "date": "one line of text",
    "sha256": "SHA-256",
    "input_sha256": "SHA-256",
    "transform": "object",
    "versions": "object",
    "layers": "list of names",
    "full": "object",
    "method": "gradcam or hirescam",
    "placement": "receptive-field or conventional",
    "precision": "fp32 or bf16 or fp16",
    "device": "cuda or mps or cpu",
    "target": "whole number",
    "input": "input.png",
    "labels": "labels.json",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [None, {"a": []}, 3.5, True, ["x", 3]])
def test_every_field_of_a_wrong_type_is_named(bundled, field, value):
    if field in ("transform", "versions", "full") and isinstance(value, dict):
        pytest.skip("an object is their type; their fields are tested below")
    data = changed(bundled, **{field: value})["manifest.json"]
    with pytest.raises(BundleError, match=field) as caught:
        read_manifest(data)
    assert FIELDS[field] in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"input": "../../etc/passwd"}, "input.png"),
        ({"input": "/etc/passwd"}, "input.png"),
        ({"labels": "..\\labels.json"}, "labels.json"),
        ({"layers": ["../../layer1"]}, "not stages"),
        ({"layers": []}, "not stages"),
        ({"layers": ["layer1", "layer1"]}, "not stages"),
        ({"target": 10}, "0 to 9"),
        ({"target": -1}, "0 to 9"),
        ({"target": 10**400}, "0 to 9"),
        ({"spec": "net=../x"}, "preset"),
        ({"spec": "net=resnet50&layers=" + "9" * 900}, "cannot be followed"),
        ({"transform": {"resize": 10**9, "crop": 64}}, "8 to 1024"),
        ({"transform": {"resize": 64, "crop": 64, "mean": [10**400], "std": [1]}}, "1000"),
        ({"transform": {"resize": 64, "crop": 64, "mean": [[0]], "std": [1]}}, "mean"),
        ({"full": {"layer1": 10**400}}, "number"),
        ({"versions": {"torch": 2}}, "versions"),
        ({"versions": {"two\nlines": "2"}}, "versions"),
        ({"model": "no_such", "family": "imagenet"}, "no weights"),
        ({"model": "/etc/hostname.pth", "family": "imagenet"}, "no weights"),
        ({"spec": "net=cifar_resnet32&image_size=64"}, "another network"),
        ({"sha256": "0" * 64}, "not 00000000"),
        ({"input_sha256": "0" * 64}, "input.png is not the file"),
    ],
)
def test_a_manifest_that_lies_is_refused_in_one_sentence(tmp_path, bundled, fields, said):
    assert said in refused(zipped(tmp_path / "b.zip", changed(bundled, **fields)))


@given(st.binary(max_size=80) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_manifest_brings_anything_but_a_refusal(data):
    with pytest.raises(BundleError):
        read_manifest(data)


@given(st.sampled_from(sorted(FIELDS)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
))  # fmt: skip
def test_whatever_a_field_holds_is_read_or_refused_in_one_sentence(bundled, field, value):
    found = read_or_said(changed(bundled, **{field: value})["manifest.json"])
    if isinstance(found, str):
        assert "\n" not in found
    else:
        assert read_manifest(found.to_json().encode()) == found


def read_or_said(data: bytes) -> Manifest | str:
    try:
        return read_manifest(data)
    except BundleError as error:
        return str(error)


def npy(values) -> bytes:
    buffer = BytesIO()
    np.save(buffer, values, allow_pickle=True)
    return buffer.getvalue()


def test_a_pickle_among_the_maps_is_not_opened(tmp_path, bundled):
    trap = npy(np.array([Trap(tmp_path / "pwned")], dtype=object))
    path = zipped(tmp_path / "b.zip", bundled | {"maps/layer1.npy": trap})
    assert "no map of 64×64 cells" in refused(path)
    assert not (tmp_path / "pwned").exists()


def test_maps_of_other_sizes_and_kinds_are_refused(tmp_path, bundled):
    huge = BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": (10**12,)}
    write_array_header_1_0(huge, header)
    nan = np.full((64, 64), np.nan, np.float32)
    wrong = [
        huge.getvalue(),
        b"",
        b"\x93NUMPY",
        npy(np.zeros((64, 64))),
        npy(np.zeros(4096, np.float32)),
    ]
    for data in wrong:
        path = zipped(tmp_path / "b.zip", bundled | {"maps/layer1.npy": data})
        assert "no map of 64×64 cells" in refused(path)
    path = zipped(tmp_path / "b.zip", bundled | {"maps/layer1.npy": npy(nan)})
    assert "no numbers" in refused(path)


def headed(text: str, values: bytes = bytes(4 * 64 * 64)) -> bytes:
    """An array's file with any header."""
    header = text.encode()[:65535]
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + values


_HEADER = "{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}"


@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (64, 64",
        "(" * 200,
        "{" * 65535,
        "-" * 9999,
        "",
        _HEADER.format(kind="'|O'", order=False, shape=(64, 64)),
        _HEADER.format(kind="[('a', '<f4')]", order=False, shape=(64, 64)),
        _HEADER.format(kind="'<f4'", order=True, shape=(64, 64)),
        _HEADER.format(kind="'<f4'", order=False, shape=(-64, -64)),
        _HEADER.format(kind="'<f4'", order=False, shape=(64.0, 64)),
        _HEADER.format(kind="'<f4'", order=False, shape=(10**99, 64)),
    ],
    ids=lambda header: header[-24:],
)
def test_no_header_of_a_map_is_more_than_a_refusal(tmp_path, bundled, header):
    path = zipped(tmp_path / "b.zip", bundled | {"maps/layer1.npy": headed(header)})
    assert "no map of 64×64 cells" in refused(path)


def test_a_member_beyond_its_limit_is_not_read_to_its_end(tmp_path, bundled):
    path = tmp_path / "b.zip"
    zipped(path, bundled | {"manifest.json": b" " * 50_000_000})
    assert path.stat().st_size < 1_000_000
    assert "over 1 MB" in refused(path)
    zipped(path, bundled | {"maps/layer1.npy": b"\0" * 20_000_000})
    assert "over 16 MB" in refused(path)


def test_files_outside_their_names_are_never_written(tmp_path, bundled):
    inner = tmp_path / "inner"
    inner.mkdir()
    evil = {"../evil.txt": b"x", "/tmp/evil.txt": b"x"}
    assert replay(zipped(inner / "b.zip", evil | bundled)).same
    assert [path.name for path in tmp_path.rglob("*")] == ["inner", "b.zip"]


@pytest.mark.parametrize(
    "missing", ["manifest.json", "input.png", "labels.json", "maps/layer2.npy"]
)
def test_a_missing_file_is_named(tmp_path, bundled, missing):
    files = {name: data for name, data in bundled.items() if name != missing}
    assert missing in refused(zipped(tmp_path / "b.zip", files))


def test_damaged_archives_are_refused(tmp_path, bundled):
    path = zipped(tmp_path / "b.zip", bundled)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(path)
    at = whole.index(b"manifest.json") + 40
    path.write_bytes(whole[:at] + b"\xff" * 50 + whole[at + 50 :])
    assert "manifest.json" in refused(path)
    assert "no file" in refused(tmp_path / "nothing.zip")
    (tmp_path / "photo.json").write_bytes(b"\x89PNG")
    assert "no JSON" in refused(tmp_path / "photo.json")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "b.zip"], "no file b.zip"),
        (["--from", "b.zip", "--target", "3"], "--target has no effect with --from"),
        (["--from", "b.zip", "x.png"], "photos has no effect"),
        (["a.png", "b.png", "--bundle", "b.zip"], "one photograph"),
        ([], "PHOTOS"),
    ],
)
def test_wrong_calls_are_refused_in_words(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((click.UsageError, BundleError), match=said):
        cli.main(["explain", *words], standalone_mode=False)
