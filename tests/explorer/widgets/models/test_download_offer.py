"""Downloads as the operator allows them: offered, or said who can."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.state.limits import PREFIX, limits
from tests.explorer.pages import opened, press, said

WHO_CAN = "Visitors of this server cannot download it; whoever runs the server can, by "


@pytest.fixture
def allowing(monkeypatch, tmp_path):
    """An operator's word on downloads, on a machine that has none."""

    def allow(said: str) -> None:
        monkeypatch.setenv(f"{PREFIX}DOWNLOADS", said)
        limits.cache_clear()

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    yield allow
    limits.cache_clear()


@pytest.fixture
def _no_cached_file(monkeypatch):
    monkeypatch.setattr("resnet.weights.entries.Entry.cached", property(lambda e: e.url is None))


MODEL = ("attention", {"model": "resnet50.IMAGENET1K_V2"}, "resnet50.IMAGENET1K_V2", "103 MB to")
DATA = (
    "lessons",
    {"lesson": "degradation", "learned": "cifar10", "hide": "prediction"},
    "cifar10",
    "170 MB to",
)


@pytest.mark.parametrize(("page", "choices", "name", "size"), [MODEL, DATA])
@pytest.mark.usefixtures("_no_cached_file")
def test_what_may_not_be_downloaded_is_named_with_who_can(page, choices, name, size, allowing):
    for operator, offered in (("off", False), ("resnet18", False), (name, True), ("on", True)):
        allowing(operator)
        app = opened(page, **choices)
        words = said(app)
        assert size in words, words
        assert (f"{WHO_CAN}`python -m resnet fetch {name}`." in words) is not offered
        assert any(button.label == "Download" for button in app.button) is offered


@pytest.mark.parametrize("folders", ["on", "off"])
@pytest.mark.parametrize(
    ("page", "choices", "file"),
    [(*MODEL[:2], "resnet50-11ad3fa6.pth"), (*DATA[:2], "cifar-10-python.tar.gz")],
)
@pytest.mark.usefixtures("_no_cached_file")
def test_what_failed_is_said_with_the_file_and_where_it_may_be_named_its_folder(
    page, choices, file, folders, allowing, monkeypatch, tmp_path
):
    monkeypatch.setenv(f"{PREFIX}FOLDERS", folders)
    allowing("on")
    monkeypatch.setattr("resnet.fetch.download.SPARE", 1 << 62)  # no disk is that large
    monkeypatch.setattr("resnet.fetch.download._read", lambda *_: iter([_first()]))
    app = press(opened(page, **choices), "Download")
    words = said(app.main).replace("\\", "")
    assert "The disk is too full" in words
    assert ("get" if folders == "on" else "copies") + f" {file} in" in words
    assert ("into the folder /" in words) is (folders == "on")
    assert (str(tmp_path) in words or "/checkpoints" in words) is (folders == "on")
    assert any(button.label == "Download" for button in app.main.button)


def test_what_has_no_bytes_is_downloaded_all_the_same():
    """As a file of a network on the hub may have none."""

    def page() -> None:
        from explorer.widgets.models import download_offer
        from resnet.fetch.download import Received

        download_offer.offer("none", "Nothing is here.", iter([Received(0, 0)]), 0)

    app = AppTest.from_function(page).run()
    app.button[0].click().run()
    assert not app.exception


def _first():
    from resnet.fetch.download import _Chunk

    return _Chunk(b"", 0.0, 170_498_071)
