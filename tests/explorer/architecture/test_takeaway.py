"""The panel Take it away, and what a teacher's link hides, driven without a browser."""

from urllib.parse import parse_qs, urlparse

import onnx
import pytest
from streamlit.testing.v1 import AppTest

from explorer.architecture import onnx_file
from explorer.state.hiding import HIDEABLE
from resnet import ResNetSpec, trace
from resnet.export.formats import FORMATS
from resnet.export.source import pytorch_source
from tests.explorer.pages import opened, press

WIDE = {"net": "resnet50", "planes": "1024,2048,4096,8192"}  # 24 GB of weights


def buttons(app: AppTest) -> dict[str, bool]:
    """The label of every download button, and whether it can be pressed."""
    return {b.proto.label: not b.proto.disabled for b in app.get("download_button")}


def link(app: AppTest, number: int) -> dict[str, str]:
    """The query of a link on the panel: 0 is the page's, 1 the teacher's."""
    query = urlparse([code.value for code in app.code][number]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def words(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def test_there_is_a_button_for_each_format_and_onnx_says_its_size():
    app = opened(net="resnet50", panel="takeaway")
    assert buttons(app) == {form.title: True for form in FORMATS.values()}
    assert "102.44 MB, random weights of seed 0" in words(app)


def test_what_is_too_large_for_onnx_is_said_with_its_size_and_the_rest_can_be_had():
    app = opened(**WIDE, panel="takeaway")
    assert buttons(app) == {form.title: name != "onnx" for name, form in FORMATS.items()}
    assert "24.1 GB as ONNX, and one such file holds 2 GB" in words(app)


def test_the_source_is_shown_when_it_is_opened():
    app = opened(net="resnet18", panel="takeaway")
    assert len(app.code) == 2
    app.session_state["takeaway_preview"] = True
    app.run()
    assert app.code[0].value == pytorch_source(trace(ResNetSpec.preset("resnet18"))).strip()


def test_the_link_restores_the_page():
    app = opened(net="resnet34", shortcut="C", open="layer2.0", panel="takeaway", hide="legend")
    query = link(app, 0)
    assert query == {name: app.query_params[name] for name in app.query_params}
    again = opened(**query)
    assert [m.value for m in again.metric] == [m.value for m in app.metric]
    assert link(again, 0) == query


def test_a_teachers_link_hides_what_was_chosen_and_the_panel_says_how_to_come_back():
    app = opened(net="resnet18", panel="takeaway")
    assert link(app, 1) == link(app, 0)
    app.multiselect(key="takeaway_hide").set_value(["numbers", "panels"]).run()
    assert link(app, 1) == {"net": "resnet18", "panel": "takeaway", "hide": "numbers,panels"}
    assert "hide" not in link(app, 0)
    assert "hide" not in app.query_params, "the teacher's own page stays as it is"
    assert "remove `hide=…`" in words(app)
    pupil = opened(**link(app, 1))
    assert list(pupil.metric) == []
    assert buttons(pupil) == {}
    assert [s.value for s in pupil.subheader] == ["resnet18"]
    assert pupil.query_params["hide"] == "numbers,panels"


def test_the_link_of_a_page_that_hides_hides_the_same():
    app = opened(net="resnet18", panel="takeaway", hide="legend,layout")
    assert app.multiselect(key="takeaway_hide").value == ["legend", "layout"]
    assert link(app, 1)["hide"] == "legend,layout"


def shown(app: AppTest) -> int:
    """How much is on the page: controls, texts and numbers."""
    kinds = ("selectbox", "number_input", "expander", "metric", "caption", "button_group")
    return sum(len(app.get(kind)) for kind in kinds)


@pytest.mark.parametrize("name", sorted(HIDEABLE.keys() - {"legend", "block values", "sent"}))
def test_every_name_hides_its_part(name):
    assert shown(opened(hide=name)) < shown(opened())


def test_an_unknown_name_hides_nothing():
    assert shown(opened(hide="everything,else")) == shown(opened())


def test_with_every_control_hidden_there_is_no_sidebar():
    app = opened(hide="network,layout,variant,input,language")
    assert len(app.sidebar.children) == 0
    assert len(opened().sidebar.children) > 0
    assert len(app.metric) == 4


def test_a_large_onnx_file_is_made_with_progress_and_then_downloaded(monkeypatch):
    monkeypatch.setattr(onnx_file, "_LARGE", 1000)
    app = opened(net="cifar_resnet20", panel="takeaway")
    assert "ONNX" not in buttons(app)
    app.toggle(key="takeaway_any_size").set_value(True).run()
    press(app, "Make the ONNX file")
    assert not app.exception
    file = app.session_state["takeaway_onnx_file"].file
    (link,) = [link.proto for link in app.get("link_button")]
    assert (link.label, link.url) == ("ONNX", file.address)
    model = onnx.load(file.path)
    height = model.graph.input[0].type.tensor_type.shape.dim[2]
    assert height.dim_param == "height"
    app.toggle(key="takeaway_any_size").set_value(False).run()
    assert not app.get("link_button"), "which would be another file"


def test_a_full_disk_is_said_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(onnx_file, "_LARGE", 1000)
    monkeypatch.setattr(onnx_file, "_SPARE", 1 << 62)
    app = press(opened(net="cifar_resnet20", panel="takeaway"), "Make the ONNX file")
    assert "disk is nearly full: 1.08 MB" in app.error[0].value
