"""A visitor's checkpoint with its labels, and the evidence that they take away."""

import json
import re
import shutil
import subprocess
import sys
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import download, settle
from tests.conftest import ROOT
from tests.figures import CIFAR10_CLASSES


def upload(page: Page, where: str, index: int, file: object) -> None:
    settle(page)
    inputs = page.get_by_test_id(where).get_by_test_id("stFileUploaderDropzoneInput")
    inputs.nth(index).set_input_files(file)


@pytest.fixture
def checkpoint(reference):
    return next((reference / "cifar10").glob("resnet20-*.th"))


def test_a_published_checkpoint_is_named_explained_taken_away_and_computed_again(
    page, reference, checkpoint, tmp_path
):
    labels = tmp_path / "labels.txt"
    labels.write_text("\n".join(CIFAR10_CLASSES))
    page.goto("/attention?panel=bundle")
    expect(page.get_by_text("is the logit")).to_be_visible()
    upload(page, "stSidebar", 0, checkpoint)
    expect(page.get_by_text("By its SHA-256 this file is")).to_be_visible()
    upload(page, "stSidebar", 1, labels)
    expect(
        page.get_by_text(re.compile(f"^({'|'.join(CIFAR10_CLASSES)}) at layer3"))
    ).to_be_visible()
    upload(page, "stMain", 0, reference / "cifar10" / "cifar10_00_3.png")
    expect(page.get_by_text("cat at layer3")).to_be_visible()
    expect(page.get_by_text("The evidence for cat")).to_be_visible()
    bundle = tmp_path / "bundle.zip"
    shutil.copy(download(page, "Evidence bundle (.zip)"), bundle)
    with ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert not [name for name in archive.namelist() if name.endswith(".th")]
    assert manifest["label"] == "cat"
    words = ["explain", "--from", str(bundle), "--model", str(checkpoint), "--json"]
    command = [sys.executable, "-m", "resnet", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["largest_difference"] <= 1e-5


def test_the_network_of_a_checkpoint_is_drawn_in_one_click(page, checkpoint):
    page.goto("/attention")
    expect(page.get_by_text("is the logit")).to_be_visible()
    upload(page, "stSidebar", 0, checkpoint)
    page.get_by_role("link", name="Draw it on the Architecture page").click()
    expect(page.get_by_role("heading", name="cifar_resnet20")).to_be_visible()
