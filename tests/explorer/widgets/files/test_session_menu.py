"""A session as a file: what the page saves and opens again, and what it refuses."""

from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.state import visitor
from explorer.state.limits import SESSION, limits
from resnet.evidence.session_file import KINDS, Session, read_session
from tests.checkpoints import resnet20
from tests.explorer.pages import opened, page, png, said, upload


def test_it_can_list_every_kind_of_file():
    assert set(KINDS) == set(visitor.kinds())


@pytest.fixture
def save(monkeypatch):
    """What the page would hand out."""
    download_button = st.download_button

    def written(app: AppTest, photographs: bool = False) -> bytes:
        caught = []

        def button(label, data, *more, **options):
            if isinstance(data, partial) and isinstance(data.func.__self__, Session):
                caught.append(data())
            return download_button(label, data, *more, **options)

        with monkeypatch.context() as patched:
            patched.setattr(st, "download_button", button)
            app.session_state["session_menu"] = True
            app.run()
            if photographs:
                app.toggle(key="session_with_photographs").set_value(True).run()
        assert not app.exception
        return caught[-1]

    return written


def open_(app: AppTest, data: bytes, name: str = "session.zip") -> AppTest:
    app.session_state["session_menu"] = True
    app.run()
    return upload(app, "session_file", name, data)


def with_files() -> AppTest:
    """The Attention page with two photographs, a checkpoint, its classes and a class asked for."""
    app = page("attention").run()
    upload(app, "control_files", "a.png", png("red"))
    upload(app, "control_files", "b.png", png("blue"))
    upload(app, "control_own", "mine.pth", resnet20())
    upload(app, "control_labels", "l.txt", b"cat\ndog\nbird\nfish\n")
    app.selectbox(key="attention_target").set_value(2).run()
    assert not app.exception
    return app


def test_it_names_every_file_by_its_hash_and_has_every_page_that_was_opened(save):
    app = with_files()
    session, contents = read_session(save(app), 1 << 30)
    assert (session.page, contents) == ("attention", {})
    assert [(f.kind, f.name) for f in session.files] == [
        ("photos", "a.png"), ("photos", "b.png"), ("own", "mine.pth"), ("labels", "l.txt")
    ]  # fmt: skip
    assert session.addresses["attention"]["target"] == "2"
    assert session.addresses["attention"]["checkpoint"].startswith("mine.pth~")


def test_another_visitor_opens_it_and_is_asked_for_what_it_lacks(save):
    saved = save(with_files(), photographs=True)
    app = open_(opened(), saved)
    assert not app.exception
    assert "a.png ·" in said(app)
    assert "b.png ·" in said(app)
    assert "This page needs mine.pth" in said(app)
    upload(app, "waiting_attention_checkpoint", "mine.pth", resnet20())
    assert "This page needs l.txt" in said(app)
    upload(app, "waiting_attention_labels", "l.txt", b"cat\ndog\nbird\nfish\n")
    assert not app.exception
    assert app.selectbox(key="attention_target").options == ["cat", "dog", "bird", "fish"]
    assert app.selectbox(key="attention_target").value == 2
    assert app.selectbox(key="attention_photo").value.startswith("b.png~")


def test_without_photographs_it_says_which_it_had(save):
    app = open_(page("attention").run(), save(with_files()), "session.json")
    assert "This page needs b.png" in said(app)
    assert "also has: a.png, b.png." in said(app)


def test_the_network_and_the_language_come_back_too(save):
    app = opened("architecture", net="cifar_resnet56", open="layer2.0", lang="zh")
    app = open_(opened("lessons"), save(app), "session.json")
    assert not app.exception
    assert app.session_state["history"].now.depth == 56
    assert app.query_params["open"] == "layer2.0"
    assert app.query_params["lang"] == "zh"


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"PK\3\4", b'{"page": "x"}', b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_session_is_one_sentence_and_changes_nothing(data):
    app = open_(opened("architecture", net="cifar_resnet20"), data, "session.json")
    assert not app.exception
    (error,) = app.error
    assert "session" in error.value or "zip" in error.value
    assert app.session_state["history"].now.depth == 20


@pytest.fixture
def operators(monkeypatch, tmp_path):
    """A server that opens with a session."""

    def opens(data: bytes) -> None:
        (tmp_path / "session").write_bytes(data)
        monkeypatch.setenv(SESSION, str(tmp_path / "session"))
        limits.cache_clear()

    yield opens
    limits.cache_clear()


def test_the_operators_is_opened_for_whoever_comes_to_the_first_page_and_once(operators):
    operators(Session("architecture", {"architecture": {"net": "cifar_resnet56"}}).write({}))
    app = opened("architecture")
    assert app.session_state["history"].now.depth == 56
    app = opened("architecture", net="resnet18")
    assert app.session_state["history"].now.depth == 18
    app.query_params.clear()
    assert app.run().session_state["history"].now.depth == 18


def test_the_operators_that_is_damaged_is_said_and_the_page_is_there(operators):
    operators(b"PK\3\4")
    app = opened("architecture")
    assert [toast.value for toast in app.toast] == [
        "The zip is damaged. Save or copy the session again."
    ]
    assert app.session_state["history"].now.depth == 50
