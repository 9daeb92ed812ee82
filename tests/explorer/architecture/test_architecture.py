"""The Architecture page, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.pages import metrics, page, press


@pytest.fixture
def app() -> AppTest:
    return page()


def headings(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if text.value.startswith("####")]


def test_the_first_screen_shows_resnet50_with_its_numbers(app):
    app.run()
    assert not app.exception
    assert metrics(app) == {
        "Parameters": "25.56 M",
        "Compute": "4.09 GMACs",
        "Depth": "50 layers",
        "Receptive field": "427 px",
    }
    assert any("4.09 GMACs (8.18 GFLOPs) at 224×224" in caption.value for caption in app.caption)


def test_a_preset_changes_the_numbers_and_the_address(app):
    app.run().selectbox(key="network_preset").set_value("resnet18").run()
    assert metrics(app)["Parameters"] == "11.69 M"
    assert app.query_params["net"] == "resnet18"


def test_a_depth_that_exists_is_built(app):
    app.run().number_input(key="network_depth").set_value(101).run()
    assert metrics(app)["Depth"] == "101 layers"


def test_a_depth_that_does_not_is_answered_with_the_nearest_and_nothing_is_lost(app):
    app.run().number_input(key="network_depth").set_value(51).run()
    assert "50 and 53" in app.warning[0].value
    assert metrics(app)["Depth"] == "50 layers"
    assert app.number_input(key="network_depth").value == 50


def test_a_family_reaches_its_own_depths(app):
    app.run().selectbox(key="network_family").set_value("cifar").run()
    app.number_input(key="network_depth").set_value(110).run()
    assert metrics(app)["Parameters"] == "1.73 M"
    assert app.query_params["net"] == "cifar_resnet110"


def test_a_family_that_skips_this_depth_starts_at_the_nearest(app):
    app.run().selectbox(key="network_preset").set_value("resnet18").run()
    app.selectbox(key="network_family").set_value("cifar").run()
    assert metrics(app)["Depth"] == "20 layers"
    assert not app.warning


def test_a_step_goes_to_the_next_depth_there_is_even_where_the_blocks_change(app):
    app.run().number_input(key="network_depth").decrement().run()
    assert metrics(app)["Depth"] == "48 layers"
    app.number_input(key="network_depth").increment().run()
    assert metrics(app)["Depth"] == "50 layers"
    assert not app.warning


def test_a_change_of_depth_keeps_what_was_varied(app):
    app.query_params.update({"net": "resnet50", "shortcut": "D", "num_classes": "10"})
    app.run().number_input(key="network_depth").set_value(101).run()
    query = {name: app.query_params[name] for name in app.query_params}
    assert query == {"net": "resnet101", "shortcut": "D", "num_classes": "10"}


def test_a_link_unfolds_a_run_and_one_that_is_not_there_is_ignored(app):
    app.query_params.update({"net": "cifar_resnet1202", "unfold": "layer2.1,layer7.3"})
    app.run()
    assert not app.exception
    assert app.query_params["unfold"] == "layer2.1,layer7.3"


def test_a_link_is_never_read_as_markdown(app):
    app.query_params["![a](https://example.org/i.png)"] = "1"
    app.run()
    assert "\\!\\[a\\]\\(https" in app.info[0].value


def test_the_family_follows_the_network(app):
    app.run().selectbox(key="network_preset").set_value("preact_resnet164").run()
    assert app.selectbox(key="network_family").value == "preact"
    assert app.number_input(key="network_depth").step == 9


def test_stages_gain_and_lose_blocks_and_a_stage_is_added_and_removed(app):
    app.run().number_input(key="network_stage3").increment().run()
    assert app.query_params["layers"] == "3,4,7,3"
    press(app, "Add a stage")
    assert app.text_input(key="network_planes").value == "64, 128, 256, 512, 1024"
    for _ in range(3):
        press(app, "Remove")
    assert app.query_params["layers"] == "3,4"
    app.number_input(key="network_stage1").set_value(0).run()
    assert "at least one block" in app.warning[0].value
    assert app.query_params["layers"] == "3,4"


def test_the_width_scales_every_stage(app):
    app.run().select_slider(key="network_width").set_value(2.0).run()
    assert app.text_input(key="network_planes").value == "128, 256, 512, 1024"
    assert app.query_params["stem_width"] == "128"


def test_planes_and_variants(app):
    app.run().text_input(key="network_planes").set_value("32, 64, 128, 256").run()
    assert app.query_params["planes"] == "32,64,128,256"
    app.selectbox(key="network_shortcut").set_value("none").run()
    assert app.query_params["shortcut"] == "none"
    app.text_input(key="network_planes").set_value("three").run()
    assert "whole numbers" in app.warning[0].value


def test_a_teachers_link_hides_controls_and_keeps_hiding_them(app):
    app.query_params.update({"net": "resnet18", "hide": "network,variant"})
    app.run()
    assert [e.label for e in app.expander if e.label in ("Layout", "Variant")] == ["Layout"]
    assert not any(box.key == "network_preset" for box in app.selectbox)
    app.number_input(key="network_stage1").increment().run()
    assert app.query_params["hide"] == "network,variant"


def test_what_cannot_be_is_explained_and_the_network_stays(app):
    app.run().selectbox(key="network_preset").set_value("resnet18").run()
    app.number_input(key="network_groups").set_value(32).run()
    assert "bottleneck" in app.warning[0].value
    assert app.number_input(key="network_groups").value == 1


def test_a_link_restores_network_and_block(app):
    app.query_params.update({"net": "resnet34", "shortcut": "C", "open": "layer2.0"})
    app.run()
    assert metrics(app)["Parameters"] == "22.72 M"
    assert headings(app) == ["#### conv3_x · layer2.0"]


def test_a_link_that_means_nothing_says_so_and_shows_the_usual_network(app):
    app.query_params["net"] = "vgg"
    app.run()
    assert "no preset “vgg”" in app.warning[0].value
    assert metrics(app)["Depth"] == "50 layers"


def test_blocks_are_stepped_through(app):
    app.query_params["open"] = "layer1.2"
    app.run()
    press(app, "Next")
    assert headings(app) == ["#### conv3_x · layer2.0"]
    press(app, "Close")
    assert not headings(app)
    assert app.query_params["open"] == "none"


def test_the_first_visit_opens_a_block_whose_shortcut_has_something_to_do(app):
    app.run()
    assert headings(app) == ["#### conv3_x · layer2.0"]
    assert "open" not in app.query_params
    app.number_input(key="network_depth").set_value(18).run()
    assert headings(app) == ["#### conv3_x · layer2.0"]


@pytest.mark.parametrize(
    ("link", "block"),
    [
        ({"net": "resnet34", "shortcut": "none"}, "#### conv3_x · layer2.0"),
        ({"strides": "1,1,1,1"}, "#### conv2_x · layer1.0"),
        ({"net": "resnet50", "open": "layer9.9"}, "#### conv3_x · layer2.0"),
        ({"net": "resnet50", "open": "stem"}, "#### stem"),
    ],
)
def test_what_is_open_is_always_of_this_network(app, link, block):
    app.query_params.update(link)
    app.run()
    assert headings(app) == [block]


def test_the_stem_and_the_head_are_at_both_ends(app):
    app.query_params["open"] = "stem"
    app.run()
    press(app, "Next")
    assert headings(app) == ["#### conv2_x · layer1.0"]
    app.query_params["open"] = "head"
    app.run()
    assert headings(app) == ["#### pool and classifier"]
    assert next(button for button in app.button if button.label == "Next").disabled


def test_the_stage_table_holds_the_graphs_numbers(app):
    app.query_params["panel"] = "tables"
    app.run()
    table = app.dataframe[0].value.set_index("stage")
    assert table.loc["layer4", "output"] == "7×7×2048"
    assert table["MACs"].sum() == 4_089_184_256
    assert table["params"].sum() == 25_557_032


def test_a_preset_says_whose_network_it_is(app):
    app.run().selectbox(key="network_preset").set_value("wrn16_8").run()
    said = [caption.value for caption in app.caption]
    assert any("szagoruyko/wide-residual-networks" in each for each in said)
    assert any("three projections" in each for each in said)
    app.selectbox(key="network_shortcut").set_value("C").run()
    assert app.subheader[0].value == "wrn16_8 · option C"


def test_every_axis_is_set_and_named(app):
    app.run().selectbox(key="network_gate").set_value("se").run()
    assert app.query_params["net"] == "se_resnet50"
    app.selectbox(key="network_gate").set_value("eca").run()
    app.selectbox(key="network_antialias").set_value("binomial").run()
    app.text_input(key="network_dilations").set_value("1, 1, 1, 2").run()
    app.text_input(key="network_strides").set_value("1, 2, 2, 1").run()
    app.text_input(key="network_image_size").set_value("64, 96").run()
    assert app.subheader[0].value == "ecaresnetblur50 · output stride 16"
    assert not app.exception
    app.text_input(key="network_image_size").set_value("224").run()
    app.selectbox(key="network_gate").set_value("none").run()
    assert app.subheader[0].value == "resnetblur50 · output stride 16"
    assert not app.exception
