"""Nothing is thrown away: a change keeps what can be kept, says what cannot, and is undone."""

import pytest
from streamlit.testing.v1 import AppTest

from resnet import ResNetSpec
from tests.explorer.pages import opened, press

SMALL = {"in_channels": "1", "num_classes": "10", "image_size": "28"}


def address(app: AppTest) -> dict[str, str]:
    return {name: app.query_params[name] for name in app.query_params}


def name(app: AppTest) -> str:
    return app.subheader[0].value


def button(app: AppTest, key: str):
    return app.button(key=key)


def test_a_depth_keeps_stem_input_and_classes():
    app = opened(net="resnet18", stem="cifar", **SMALL)
    app.number_input(key="network_depth").set_value(34).run()
    assert address(app) == {"net": "resnet34", "stem": "cifar", **SMALL}
    app.number_input(key="network_depth").set_value(50).run()
    assert address(app) == {"net": "resnet50", "stem": "cifar", **SMALL}
    assert not (*app.warning, *app.info)


def test_a_step_of_a_wide_network_is_the_next_wide_network():
    app = opened(net="wrn28_10")
    app.number_input(key="network_depth").increment().run()
    assert (name(app), app.number_input(key="network_depth").value) == ("wrn34_10", 32)
    app.number_input(key="network_depth").decrement().run()
    assert address(app) == {"net": "wrn28_10"}


@pytest.mark.parametrize(
    "given",
    [
        {"net": "resnet50", "stem": "deep", "shortcut": "D", "num_classes": "7"},
        {"net": "resnet50", "preact": "1", "image_size": "160"},
        {"net": "resnet50", "layers": "3,4,6", "planes": "64,128,256", "norm": "group"},
    ],
)
def test_a_step_of_depth_keeps_every_variant(given):
    app = opened(**given)
    before = app.session_state["history"].now
    app.number_input(key="network_depth").increment().run()
    after = app.session_state["history"].now
    assert after.depth == before.depth + 3
    assert {**after.fields, "layers": before.layers} == before.fields
    app.number_input(key="network_depth").decrement().run()
    assert app.session_state["history"].now == before


def test_a_network_of_no_family_is_said_so_and_grows_by_its_own_layout():
    app = opened(net="resnet50", layers="3,4,6", planes="64,128,256")
    family = app.selectbox(key="network_family")
    assert (family.value, family.options[0]) == ("own", "its own layout")
    family.set_value("cifar").run()
    assert name(app) == "cifar_resnet38"
    assert "its own layout" not in app.selectbox(key="network_family").options


def test_what_is_dropped_is_named_once_and_comes_back_by_undo():
    app = opened(net="resnext50_32x4d", stem="deep")
    app.selectbox(key="network_block").set_value("basic").run()
    assert address(app) == {"net": "resnet34", "stem": "deep"}
    assert "32x4d" in app.info[0].value
    button(app, "notice_undo").click().run()
    assert address(app) == {"net": "resnext50_32x4d", "stem": "deep"}
    assert not app.info
    button(app, "network_redo").click().run()
    assert name(app) == "resnet34c"
    assert not app.info
    app.selectbox(key="network_block").set_value("bottleneck").run()
    assert not app.info


def test_a_preset_keeps_input_and_classes_that_were_set():
    app = opened(net="resnet18", **SMALL)
    app.selectbox(key="network_preset").set_value("resnext50_32x4d").run()
    assert address(app) == {"net": "resnext50_32x4d", **SMALL}
    app.selectbox(key="network_stem").set_value("cifar").run()
    assert address(app) == {"net": "resnext50_32x4d", "stem": "cifar", **SMALL}


def test_a_cifar_stem_leaves_the_width_as_it_is():
    app = opened(net="resnet18")
    app.selectbox(key="network_stem").set_value("cifar").run()
    assert app.select_slider(key="network_width").value == 1
    app.select_slider(key="network_width").set_value(2.0).run()
    assert app.text_input(key="network_planes").value == "128, 256, 512, 1024"


def test_any_change_is_undone_and_done_again_until_another_is_made():
    app = opened(net="resnet18")
    undo, redo = "network_undo", "network_redo"
    assert (button(app, undo).disabled, button(app, redo).disabled) == (True, True)
    app.number_input(key="network_depth").set_value(34).run()
    app.selectbox(key="network_shortcut").set_value("D").run()
    app.text_input(key="network_image_size").set_value("64, 96").run()
    for expected in ("34 · option D", "34", "18"):
        button(app, undo).click().run()
        assert name(app) == f"resnet{expected}"
    assert button(app, undo).disabled
    button(app, redo).click().run()
    assert address(app) == {"net": "resnet34"}
    app.number_input(key="network_num_classes").set_value(7).run()
    assert button(app, redo).disabled
    assert not button(app, undo).disabled


def test_a_refused_change_is_none_to_undo():
    app = opened(net="resnet18")
    app.number_input(key="network_groups").set_value(2).run()
    assert "bottleneck" in app.warning[0].value
    assert button(app, "network_undo").disabled


def test_an_address_that_comes_back_is_an_undo():
    app = opened(net="resnet18")
    app.number_input(key="network_depth").set_value(34).run()
    app.query_params.clear()
    app.query_params["net"] = "resnet18"
    app.run()
    assert name(app) == "resnet18"
    assert not button(app, "network_redo").disabled
    button(app, "network_redo").click().run()
    assert name(app) == "resnet34"


def test_a_depth_that_is_not_there_offers_its_neighbours():
    app = opened(net="resnet18", stem="deep")
    app.number_input(key="network_depth").set_value(37).run()
    assert name(app) == "resnet18c"
    press(app, "38")
    assert app.session_state["history"].now == ResNetSpec.of_depth(38, stem="deep")
    assert not app.warning


def test_a_link_that_was_marked_on_its_way_shows_its_network():
    app = opened(net="ResNet18", shortcut="C", utm_source="mail", fbclid="x1")
    assert address(app) == {"net": "resnet18", "shortcut": "C"}
    assert "utm\\_source, fbclid" in app.info[0].value
    app.number_input(key="network_depth").set_value(34).run()
    assert not app.info


def test_a_field_that_cannot_be_is_named_and_the_rest_is_shown():
    app = opened(net="resnet18", preact="2", groups="1_0", num_classes="10", open="layer2.0")
    assert address(app) == {"net": "resnet18", "num_classes": "10", "open": "layer2.0"}
    said = app.warning[0].value.replace("\\", "")
    assert said.startswith("Left out of the link: preact=2, groups=1_0.")
    assert "preact is 0 or 1; the link says “2”." in said
