"""The app's pages without a browser: how they are opened, read and used."""

import json
from io import BytesIO

import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.resources.server import shelves
from explorer.tasks import answers, op_flows
from explorer.tasks.inputs import sources
from tests.conftest import ROOT

APP = str(ROOT / "explorer" / "script.py")
PATIENCE = 300  # seconds; a shared machine may be slow
KINDS = {".png": "image/png", ".txt": "text/plain"}  # of files by suffix


def forget() -> None:
    """Let nobody be handed what others hold."""
    st.cache_resource.clear()
    shelves._shared.clear()
    sources._loaded.clear()
    answers._recorded.clear()
    answers._viewed.clear()
    op_flows._flows.clear()


def page(name: str = "architecture", /, **choices: str) -> AppTest:
    """A page with these choices in its address, not drawn yet."""
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    app.query_params.update(choices)
    return app if name == "architecture" else app.switch_page(f"{name}/{name}.py")


def opened(name: str = "architecture", /, **choices: str) -> AppTest:
    """A page, drawn once without an error."""
    app = page(name, **choices).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """The words on the page."""
    kinds = (app.caption, app.info, app.error, app.warning, app.markdown)
    return "\n".join(element.value for kind in kinds for element in kind)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def charts(app: AppTest, kind: str = "plotly_chart") -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get(kind)]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def choose(app: AppTest, key: str, value: object) -> AppTest:
    """The page after a choice, whatever the kind of its control."""
    kinds = (app.selectbox, app.button_group, app.select_slider)
    (control,) = [control for kind in kinds for control in kind if control.key == key]
    return control.set_value(value).run()


def uploader(app: AppTest, key: str):
    return next(element for element in app.file_uploader if element.key.startswith(key))


def upload(app: AppTest, key: str, name: str, data: bytes) -> AppTest:
    """The page after a visitor gave it a file."""
    suffix = name[name.rindex(".") :]
    uploader(app, key).upload(name, data, KINDS.get(suffix, "application/octet-stream"))
    return app.run()


def png(colour: str = "orange") -> bytes:
    """A photograph of one colour."""
    buffer = BytesIO()
    Image.new("RGB", (120, 90), colour).save(buffer, "PNG")
    return buffer.getvalue()
