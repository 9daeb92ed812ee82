"""The Shape flow panel of the Architecture page, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.pages import page, png, said, upload
from tests.figures import CIFAR


@pytest.fixture
def app() -> AppTest:
    return page()


def segments(app: AppTest, key: str):
    return next(group for group in app.button_group if group.key == key)


def test_the_panel_is_open_on_the_first_screen_and_says_its_conventions(app):
    app.run()
    assert not app.exception
    assert "the output of every operation, each kept, fp32, batch 1" in said(app)
    assert "What a cell" not in said(app)


def test_the_level_is_in_the_address(app):
    app.run()
    segments(app, "architecture_by").set_value("op").run()
    assert app.query_params["by"] == "op"
    assert "the line follows the main path" in said(app)


def test_the_table_twin_adds_up(app):
    app.query_params.update({"net": "cifar_resnet1202", "by": "op"})
    app.session_state["flow_table"] = True
    app.run()
    table = app.dataframe[0].value
    known = CIFAR["cifar_resnet1202", "A"]
    assert (table["params"] * table["times"]).sum() == known.params
    assert (table["MACs"] * table["times"]).sum() == known.macs
    assert table["out"].iloc[-1] == "10"


def test_fields_are_drawn_when_asked_for_and_compare_both_layouts(app):
    app.run().toggle(key="architecture_field").set_value(True).run()
    assert not app.exception
    assert app.query_params["field"] == "1"
    assert "**483 px**" in said(app)
    assert "**427 px**" in said(app)
    assert "2 × (4 + 8 + 16) = 56 px" in said(app)
    assert "This network is v1.5." in said(app)


def test_the_fields_have_a_table_twin(app):
    app.query_params.update({"field": "1", "cell": "0.6"})
    app.session_state["field_table"] = True
    app.run()
    table = app.dataframe[0].value.set_index("stage")
    assert [*table["receptive field"]] == [11, 35, 91, 267, 427]  # Araujo et al. 2019's recurrence
    assert (table.loc["conv5_x", "centre y"], table.loc["conv5_x", "centre x"]) == (0, 192)


def test_a_v1_network_is_told_apart(app):
    app.query_params.update({"net": "resnet50", "stride_on": "1x1", "field": "1"})
    app.run()
    assert "This network is v1." in said(app)


def test_a_network_without_two_layouts_says_nothing_of_them(app):
    app.query_params.update({"net": "resnet18", "field": "1"})
    app.run()
    assert not app.exception
    assert "v1.5" not in said(app)


def test_a_large_map_takes_its_cell_by_row_and_column(app):
    app.query_params.update({"net": "resnet18", "image_size": "1024", "field": "1"})
    app.run()
    assert app.number_input(key="cell_Row").value == 15
    app.number_input(key="cell_Column").set_value(31).run()
    assert app.query_params["cell"] == "15.31"


def test_an_uploaded_photograph_lies_under_the_fields(app):
    app.query_params["field"] = "1"
    app.query_params["over"] = "grid"
    app.run()
    upload(app, "field_file", "a_b.png", png("teal"))
    assert not app.exception
    assert "a\\_b.png, its middle square at 224×224" in said(app)


def test_what_is_no_picture_is_said_to_be_none(app):
    app.query_params["field"] = "1"
    upload(app.run(), "field_file", "a.png", b"nothing")
    assert not app.exception
    assert "a.png" in app.error[0].value
