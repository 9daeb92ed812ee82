"""`explore(…).open()`: the app on a module, in a process of its own."""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest
from PIL import Image
from torchvision import models

from resnet import explore, extras
from resnet.evidence.session_file import Session
from resnet.modules import opened_app
from resnet.modules.borrowed import ExploreError
from resnet.weights.given.owner_says import Given
from tests.networks import KINDS, frozen, lively
from tests.visitors import awaited, visiting

LABELS = tuple(f"thing {i}" for i in range(7))
PHOTO = Image.effect_noise((50, 40), 80).convert("RGB")


@pytest.fixture
def folders(monkeypatch):
    """Where folders for what is temporary are made, near the root: sockets have short names."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def found():
    return explore(frozen(**KINDS["basic"]), PHOTO, LABELS, given=Given(crop=32))


async def page(server) -> str:
    """What somebody sees who opens its address."""
    async with visiting(server) as visitor:
        await visitor.open()
        assert not visitor.drawn("exception")
        return "\n".join(str(element) for element in visitor.elements)


def test_the_page_has_the_modules_answer_and_close_leaves_nothing(found, folders, monkeypatch):
    browsed = []
    monkeypatch.setattr("webbrowser.open", browsed.append)
    with found.open() as opened:
        assert browsed == [opened.address]
        assert f'href="{opened.address}"' in opened._repr_html_()
        (process,) = [p for p in psutil.Process().children() if "--while-stdin" in p.cmdline()]
        secret = opened.address.rstrip("/").rpartition("/")[2]
        assert secret not in " ".join(process.cmdline())
        with pytest.raises(HTTPError):
            urlopen(opened.address.replace(secret, ""), timeout=20)
        seen = awaited(lambda: page(opened))
        (folder,) = folders.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
    best = found.explanation.top(0, 1)[0]
    assert f"1. {best.label}, {best.probability:.1%} · logit {best.logit:.2f}" in seen
    assert not process.is_running()
    assert [*folders.iterdir()] == []
    opened.close()


def test_whoever_has_an_address_keeps_to_it_and_the_app_ends_with_who_started_it(folders):
    async def visit() -> tuple[str, ...]:
        async with visiting(app) as visitor:
            await visitor.open(net="resnet34")
            theirs = str(visitor.elements)
        return theirs, await page(app)

    file, port = folders / "session.json", opened_app._free_port()
    address = {"architecture": {"net": "cifar_resnet56"}}
    file.write_bytes(Session("architecture", address).write({}))
    process = opened_app._started(folders, file, port, "below")
    try:
        opened_app._wait(process, port, "below", folders)
        app = SimpleNamespace(address=f"http://localhost:{port}/below")
        theirs, comes = awaited(visit)
        assert "21,797,672" in theirs
        assert "853,018" in comes
        process.stdin.close()
        process.wait(20)
    finally:
        process.kill()
        process.wait()


def test_what_does_not_start_is_said_and_leaves_nothing(found, folders, monkeypatch):
    monkeypatch.setenv("RESNET_EXPLORER_CLASS", "thirty")
    with pytest.raises(ExploreError, match="did not start: RESNET_EXPLORER_CLASS is “thirty”"):
        found.open(browser=False)
    assert [*folders.iterdir()] == []


def test_without_the_app_one_sentence_names_its_extra(found, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "streamlit" else name)
    with pytest.raises(extras.MissingExtra, match=r'pip install "resnet-explorer\[app\]"'):
        found.open(browser=False)


def test_what_is_no_residual_network_is_refused():
    model = lively(models.squeezenet1_1(num_classes=7))
    found = explore(model, layer="features.12", given=Given(crop=64))
    with pytest.raises(ExploreError, match="SqueezeNet is no residual network, which") as refused:
        found.open(browser=False)
    assert "\n" not in str(refused.value)
