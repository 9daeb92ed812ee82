"""Bundles computed again give the same maps; other weights, maps and archives are refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from numpy.lib.format import write_array_header_1_0
from safetensors.torch import load_file, save_file

from resnet import ResNetSpec, build, load_classifier
from resnet.evidence.bundle import gather, write
from resnet.evidence.manifest import BundleError
from resnet.evidence.replay import replay
from resnet.weights.given.owner_says import Given
from tests.command_line import Done, run, run_afresh
from tests.conftest import ROOT
from tests.resnet.evidence.bundles import MORE, STAGES, changed, refused, zipped
from tests.trap import Trap


def computed_again(command: Callable[..., Done], source: Path) -> None:
    again = command("explain", "--from", source, "--json")
    assert again.status == 0, again.stderr
    said = json.loads(again.stdout)
    assert (said["same"], said["target"]) == (True, "star")
    assert set(said["differences"]) == set(STAGES)
    assert said["largest_difference"] <= 1e-5


def test_a_new_interpreter_computes_the_same_maps_of_a_zip_or_a_folder(tmp_path, photo):
    photo.save(tmp_path / "photo.png")
    call = (
        "explain",
        "photo.png",
        "--bundle",
        "b.zip",
        "--target",
        "star",
        "--model",
        "shapes_resnet20",
    )
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


@pytest.mark.parametrize("named", ["mine.pth", "folder"])
def test_of_several_networks_in_a_file_the_bundles_own_is_read(tmp_path, photo, named):
    torch.manual_seed(0)
    spec = ResNetSpec.preset("cifar_resnet20", num_classes=3)
    both = {"state_dict": build(spec).state_dict(), "state_dict_ema": build(spec).state_dict()}
    (tmp_path / "folder").mkdir()
    torch.save(both, tmp_path / "mine.pth")
    torch.save(both, tmp_path / "folder" / "pytorch_model.bin")
    path = tmp_path / named
    for part in both:
        classifier = load_classifier(path, given=Given(part=part))
        (tmp_path / f"{part}.zip").write_bytes(write(gather(classifier, photo, 1, ["layer3"])))
        found = replay(tmp_path / f"{part}.zip", str(path))
        assert (found.same, found.manifest.part) == (True, part)
    with ZipFile(tmp_path / "state_dict.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    other = zipped(tmp_path / "other.zip", changed(files, part="state_dict_ema"))
    assert not replay(other, str(path)).same


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


_HEADER = "{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}"


def headed(text: str, values: bytes = bytes(4 * 64 * 64)) -> bytes:
    """An array's file with any header."""
    header = text.encode()[:65535]
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + values


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


def test_hours_of_work_are_said_and_not_begun(tmp_path, with_more):
    more = json.loads(with_more["manifest.json"])["more"]
    most = {"samples": 256, "steps": 256, "window": 16, "tiles": 32}
    more |= {"methods": ["smoothgrad", "integrated", "occlusion", "ablation"]}
    more |= {"settings": more["settings"] | most}
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more))
    with pytest.raises(BundleError, match=r"takes some .* GMACs, and no more than 300\.00 GMACs"):
        replay(path)
