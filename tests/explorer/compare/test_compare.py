"""The Compare page, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.compare.pairs import PAIRS
from resnet.counts.comparison import read_side
from tests import figures
from tests.explorer.pages import charts, metrics, page


@pytest.fixture
def app() -> AppTest:
    return page("compare")


def links(app: AppTest) -> tuple[str, str]:
    assert not app.exception
    return app.query_params["left"], app.query_params["right"]


def consequences(app: AppTest):
    return next(t.value for t in app.table if "for one image" in t.value).set_index("for one image")


def put(app: AppTest, name: str, link: str) -> AppTest:
    return app.text_input(key=f"compare_{name}").set_value(link).run()


def test_the_first_screen_compares_the_plain_and_the_residual_net(app):
    app.run()
    assert links(app) == ("net=resnet34&shortcut=none", "net=resnet34&shortcut=A")
    assert any("28.54 % → 25.03 %" in text.value for text in app.markdown)
    table = consequences(app)
    assert set(table.loc["parameters"]) == {"21,623,848", "±0", "× 1"}


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_is_one_click_and_says_what_to_look_at(app, name):
    app.run()
    app.pills(key="compare_pair").set_value(name).run()
    assert links(app) == (PAIRS[name].left, PAIRS[name].right)
    assert any(PAIRS[name].look in text.value for text in app.markdown)
    assert app.pills(key="compare_pair").value == name


def test_v1_to_v1_5_costs_231_million_more(app):
    app.run().pills(key="compare_pair").set_value("v1 and v1.5").run()
    assert metrics(app)["Compute"] == "+231.21 MMACs"
    assert consequences(app).loc["multiply-adds", "difference"] == "+231,211,008"
    assert consequences(app).loc["receptive field, px", "difference"] == "−56"


def test_layers_and_pixels_are_never_rounded(app):
    app.query_params.update({"left": "net=resnet50", "right": "net=cifar_resnet1202"})
    app.run()
    shown = metrics(app)
    assert (shown["Depth"], shown["Receptive field"]) == ("+1,152 layers", "+5,170 px")


def test_a_link_restores_both_sides(app):
    app.query_params.update({"left": "net=resnet18", "right": "net=densenet169"})
    app.run()
    assert links(app) == ("net=resnet18", "net=densenet169")
    assert app.selectbox(key="compare_right_list").value == "densenet169"
    assert consequences(app).loc["receptive field, px", "densenet169"] == "–"
    assert any("concatenates" in text.value for text in app.markdown)


def test_a_swap_turns_the_sides_and_the_signs(app):
    app.query_params.update({"left": "net=resnet18", "right": "net=resnet34"})
    app.run()
    assert consequences(app).loc["multiply-adds", "difference"] == "+1,849,688,064"
    next(button for button in app.button if "Swap" in button.label).click().run()
    assert links(app) == ("net=resnet34", "net=resnet18")
    assert consequences(app).loc["multiply-adds", "difference"] == "−1,849,688,064"


def test_a_bad_side_in_the_address_gets_one_message_and_the_other_is_kept(app):
    app.query_params.update({"left": "net=vgg", "right": "net=resnet152"})
    app.run()
    assert len(app.warning) == 1
    assert "above could not be followed" in app.warning[0].value
    assert links(app) == ("net=resnet34&shortcut=none", "net=resnet152")


def test_a_bad_link_typed_loses_nothing(app):
    app.query_params.update({"left": "net=resnet18", "right": "net=resnet152"})
    put(app.run(), "right", "net=resnet50&stride_on=9x9")
    assert len(app.warning) == 1
    assert "stride_on" in app.warning[0].value.replace("\\", "")
    assert links(app) == ("net=resnet18", "net=resnet152")
    put(app, "right", "resnet101")
    assert not app.warning
    assert links(app) == ("net=resnet18", "net=resnet101")


def test_fields_that_no_network_has_are_ignored_and_said(app):
    put(app.run(), "right", "net=ResNet101&utm_source=mail")
    assert links(app)[1] == "net=resnet101"
    assert "utm\\_source" in app.warning[0].value
    put(app, "right", "utm_source=mail")
    assert links(app)[1] == "net=resnet101"


def test_the_address_of_the_architecture_page_is_a_link(app):
    put(app.run(), "left", "http://localhost:8501/?net=resnet50&shortcut=D&open=layer2.0&hide=x")
    assert links(app)[0] == "net=resnet50&shortcut=D"


def test_the_network_of_the_architecture_page_is_one_choice(app):
    app.switch_page("architecture/architecture.py").run()
    app.selectbox(key="network_preset").set_value("wrn28_10").run()
    app.switch_page("compare/compare.py").run()
    app.selectbox(key="compare_left_list").set_value("on the Architecture page").run()
    assert links(app)[0] == "net=wrn28_10"


def test_the_two_pages_lead_to_one_another(app):
    def addresses() -> list[str]:
        return [link.proto.query_string for link in app.get("page_link")]

    app.query_params.update({"left": "net=resnet18", "right": "net=densenet169"})
    app.run()
    assert addresses() == ["net=resnet18"]
    app.switch_page("architecture/architecture.py").run()
    assert addresses() == ["left=net%3Dresnet50&right=net%3Ddensenet169"]


def test_one_network_on_both_sides_is_said_so(app):
    app.query_params.update({"left": "net=resnet18", "right": "net=resnet18"})
    app.run()
    assert not app.exception
    assert "the same network" in app.info[0].value


def test_the_stages_are_compared_in_any_quantity(app):
    app.query_params.update({"left": "net=resnet18", "right": "net=cifar_resnet20"})
    app.run().segmented_control(key="compare_by").set_value("params").run()
    assert app.query_params["by"] == "params"
    stages = app.table[-1].value.set_index("stage")
    assert stages.loc["conv2_x", "resnet18"] == "147,968"
    assert stages.loc["conv5_x", "cifar_resnet20"] == "–"


def test_the_open_block_is_shown_of_both(app):
    app.query_params.update({"left": "net=resnet50", "right": "net=resnet101", "open": "layer3.9"})
    app.run()
    shown = [text.value for text in app.markdown]
    assert shown.count("**resnet101**") == 1
    assert "**resnet50**" not in shown


def test_both_are_marked_in_the_chart_where_they_are_published(app):
    app.query_params.update({"left": "net=resnet50", "right": "net=densenet169"})
    app.run()
    said, *_ = charts(app)
    marked = {trace["name"]: trace["y"] for trace in said["data"][3:]}
    assert marked == {
        "above: resnet50": [w.top1 for w in read_side("resnet50").weights],
        "below: densenet169": [w.top1 for w in read_side("densenet169").weights],
    }
    lines = [shape["x0"] for shape in said["layout"]["shapes"]]
    assert lines == [4.089184256, read_side("densenet169").numbers["macs"] / 1e9]
    points = sum(len(trace["y"]) for trace in said["data"][:3])
    assert points == len(app.dataframe[0].value) == 114


def test_quoted_errors_are_the_papers():
    two, three = figures.HE_TABLE_2, figures.HE_TABLE_3
    assert PAIRS["Plain and residual"].errors == (two["plain-34"], two["ResNet-34"])
    assert PAIRS["Options A and B"].errors == (three["ResNet-34 A"], three["ResNet-34 B"])
    assert PAIRS["Options B and C"].errors == (three["ResNet-34 B"], three["ResNet-34 C"])
    assert f"{figures.V1_5_POINTS} points" in PAIRS["v1 and v1.5"].look
    assert f"{figures.V1_5_SLOWER} % fewer" in PAIRS["v1 and v1.5"].look


def test_what_the_pairs_say_of_size_is_so():
    def numbers(name: str) -> tuple[dict, dict]:
        return read_side(PAIRS[name].left).numbers, read_side(PAIRS[name].right).numbers

    plain, residual = numbers("Plain and residual")
    assert plain == residual
    shallow, deep = numbers("18 and 34")
    assert deep["macs"] == pytest.approx(2 * shallow["macs"], rel=0.05)
    res, dense = numbers("ResNet and DenseNet")
    assert 0.5 < dense["params"] / res["params"] < 0.6
    assert dense["depth"] > 3 * res["depth"]
    basic, bottleneck = numbers("Basic and bottleneck")
    assert 1 < bottleneck["macs"] / basic["macs"] < 1.2
