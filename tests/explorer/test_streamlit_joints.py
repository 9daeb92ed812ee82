"""What the app leans on in Streamlit, as far as the server shows it."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from streamlit.runtime.state import SessionState
from streamlit.testing.v1 import AppTest

from explorer import streamlit_joints
from explorer.streamlit_joints import carrier

MARKUP = "   <p>\n      with margins\n   </p>"


def page(markup: str) -> None:
    import streamlit as st

    from explorer import streamlit_joints

    component = st.components.v2.component("joint", js="export default function () {}")
    component(data={"number": 1}, key="joint", on_pick_change=lambda: None)
    streamlit_joints.html(markup)
    held = streamlit_joints.uploaded("files")
    content = []
    for file in held:
        with streamlit_joints.taken_out(file) as data:
            content.append(data)
    st.session_state["taken"] = content
    st.session_state["left"] = [file.getvalue() for file in held]
    context = streamlit_joints.get_script_run_ctx()
    st.session_state["storage"] = dict(context.uploaded_file_mgr.file_storage)
    st.file_uploader("Files", accept_multiple_files=True, key="files")
    st.session_state["draws"] = streamlit_joints.draws_a_page()
    st.session_state["drawing"] = streamlit_joints.pages_in_drawing()


def uploads_are_told_apart(app: AppTest) -> bool:
    files = [(f"{i}.png", b"the same", "image/png") for i in range(2)]
    app.file_uploader(key="files").set_value(files).run()
    first, second = app.session_state["files"]
    known = all(isinstance(file, streamlit_joints.UploadedFile) for file in (first, second))
    return known and first.file_id != second.file_id


def uploads_can_be_taken_out_before_they_are_drawn(app: AppTest) -> bool:
    app.file_uploader(key="files").set_value([("a.png", b"some", "image/png")]).run()
    state = app.session_state
    nothing_left = state["left"] == [b""] and not any(state["storage"].values())
    return state["taken"] == [b"some"] and nothing_left and not app.exception


def uploads_that_were_taken_out_are_left_out(app: AppTest) -> bool:
    app.file_uploader(key="files").set_value([]).run()
    return app.session_state["taken"] == []


JOINTS: dict[str, Callable[[AppTest], bool]] = {
    "st.html takes what has _repr_html_ as it stands": lambda app: (
        [element.proto.body for element in app.get("html")] == [MARKUP]
    ),
    "a thread that draws a page has a run's context": lambda app: app.session_state["draws"],
    "such a thread is known by its name": lambda app: app.session_state["drawing"],
    "any other thread has none": lambda app: not streamlit_joints.draws_a_page(),
    "uploads are UploadedFile, told apart by file_id": uploads_are_told_apart,
    "uploads can be taken out before they are drawn": (
        uploads_can_be_taken_out_before_they_are_drawn
    ),
    "uploads that were taken out are left out": uploads_that_were_taken_out_are_left_out,
    "a component's trigger is an attribute of its state": lambda app: (
        app.session_state["joint"].pick is None
    ),
    "a component's data goes as JSON": lambda app: (
        json.loads(app.get("bidi_component")[0].proto.json) == {"number": 1}
    ),
}


@pytest.fixture(scope="module")
def app() -> AppTest:
    drawn = AppTest.from_function(page, args=(MARKUP,), default_timeout=60).run()
    assert not drawn.exception
    return drawn


@pytest.mark.parametrize("joint", JOINTS)
def test_streamlit_does_what_the_app_leans_on(app, joint):
    assert JOINTS[joint](app)


def test_a_carrier_hands_over_text_and_json_unharmed():
    text, told = '<svg aria-label="ReLU\'s"/>', {"label": "-->", "share": 0.5}
    element = ElementTree.fromstring(carrier(svg=text, told=told, side=3))
    assert element.attrib["data-svg"] == text
    assert json.loads(element.attrib["data-told"]) == told
    assert element.attrib["data-side"] == "3"
    assert ">" not in element.attrib["data-told"], "which might end a comment"
    assert "hidden" in element.attrib
    assert "hidden" not in ElementTree.fromstring(carrier("div", svg=text)).attrib


@pytest.mark.parametrize("run", [None, "a run"])
def test_a_session_that_is_forgotten_holds_nothing_but_what_its_run_goes_through(run):
    state = SessionState()
    state._old_state |= {"a": 1, "b": 2}
    session = SimpleNamespace(_session_state=state, _scriptrunner=run, shutdown=lambda: None)
    streamlit_joints._leave_to_its_run(session)
    assert session._session_state is not state
    assert dict(state._old_state) == ({"a": 1, "b": 2} if run else {})
