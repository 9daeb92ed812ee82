"""What flows through the open block, driven without a browser."""

import base64
import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer.tasks.inputs.photos import sample
from resnet import ResNetSpec, build, load_classifier
from resnet.weights.classifiers.residual_classifier import untrained
from tests.checkpoints import saved
from tests.explorer.drawn import component, floats, flow, flow_maps
from tests.explorer.pages import page, png, press, said, upload

BUNDLED = {"net": "cifar_resnet20", "image_size": "64"}


def opened(query: dict[str, str], block: str = "layer1.0", **choices: str) -> AppTest:
    return page(**query | {"open": block, "values": "1"} | choices).run()


def passed(model: torch.nn.Module, images: torch.Tensor, path: str) -> tuple[torch.Tensor, ...]:
    """What enters and leaves a module in one forward."""
    kept = []
    hook = model.get_submodule(path).register_forward_hook(lambda _, i, o: kept.append((*i, o)))
    with torch.no_grad():
        model(images)
    hook.remove()
    return kept[0]


def test_the_switch_is_in_the_address():
    app = page(**BUNDLED, open="layer1.0")
    app.run().toggle(key="architecture_values").set_value(True).run()
    assert app.query_params["values"] == "1"
    assert [*flow_maps(app)] == ["x", "conv1", "bn1", "relu", "conv2", "F(x)", "x + F(x)", "y"]


def test_the_maps_are_what_the_bundled_model_computes():
    app = opened(BUNDLED, "layer3.2", channel="20")
    classifier = load_classifier("shapes_resnet20")
    see = classifier.transform
    images = see.tensor(see.view(sample(2, "shapes").image))[None]
    x, out = passed(classifier.model, images, "layer3.2")
    maps = flow_maps(app)
    assert np.allclose(maps["x"], x[0, 20], atol=1e-5)
    assert np.allclose(maps["y"], out[0, 20], atol=1e-5)
    assert np.allclose(maps["x"] + maps["F(x)"], maps["x + F(x)"], atol=1e-5)
    assert np.array_equal(np.maximum(maps["x + F(x)"], 0), maps["y"])
    branch = maps["x + F(x)"] - maps["x"]
    assert np.allclose(
        branch, passed(classifier.model, images, "layer3.2.bn2")[1][0, 20], atol=1e-4
    )


def test_the_facts_are_those_of_all_channels():
    app = opened(BUNDLED, "layer2.1")
    classifier = load_classifier("shapes_resnet20")
    see = classifier.transform
    images = see.tensor(see.view(sample(2, "shapes").image))[None]
    x, out = passed(classifier.model, images, "layer2.1")
    branch = passed(classifier.model, images, "layer2.1.bn2")[1]
    assert f"‖F(x)‖₂ / ‖x‖₂ = {float(branch.norm() / x.norm()):.3g}" in said(app)
    zeroed = float((out == 0).double().mean() - ((x + branch) == 0).double().mean())
    assert f"sets {zeroed:.1%} of the 32,768 values of x + F(x) to zero" in said(app)


def test_the_mean_is_over_channels_of_every_map():
    app = opened(BUNDLED, "layer1.1", channel="mean")
    classifier = load_classifier("shapes_resnet20")
    see = classifier.transform
    images = see.tensor(see.view(sample(2, "shapes").image))[None]
    _, out = passed(classifier.model, images, "layer1.1")
    assert np.allclose(flow_maps(app)["y"], out[0].mean(0), atol=1e-5)
    components = [each.proto.json for each in app.get("bidi_component")]
    assert any("mean of 16 channels" in component for component in components)
    assert not any(one["single"] for one in flow(app))
    assert app.segmented_control(key="architecture_channel_lens").value == "mean"


def test_a_change_of_channel_is_in_the_address_and_runs_no_forward(monkeypatch, in_this_process):
    app = opened(BUNDLED, picture="3")  # that nobody has asked about
    first = flow_maps(app)["y"]
    monkeypatch.setattr(
        "resnet.residual.flow.op_values.op_values", lambda *_: pytest.fail("a second forward")
    )
    app.number_input(key="architecture_channel").set_value(7).run()
    assert not app.exception
    assert app.query_params["channel"] == "7"
    assert not np.array_equal(flow_maps(app)["y"], first)
    app.segmented_control(key="architecture_channel_lens").set_value("mean").run()
    assert app.query_params["channel"] == "mean"


def test_a_channel_that_a_block_has_not_is_its_last():
    app = opened(BUNDLED, "layer1.0", channel="63")
    assert app.number_input(key="architecture_channel").value == 15


def test_padding_shows_the_channel_of_x_that_is_added():
    maps = flow_maps(opened(BUNDLED, "layer2.0", channel="12"))
    assert {"x", "S(x)", "F(x)", "S(x) + F(x)", "y"} <= {*maps}
    assert np.array_equal(maps["x"][::2, ::2], maps["S(x)"])  # 16 → 32: channel 12 is x's 4


@pytest.mark.parametrize(
    ("query", "block", "symbols"),
    [
        ({"net": "resnet18"}, "layer2.0", ["x", "F(x)", "S(x)", "S(x) + F(x)", "y"]),
        ({"net": "resnet18", "shortcut": "none"}, "layer1.0", ["x", "F(x)", "y"]),
        ({"net": "preact_resnet164"}, "layer1.1", ["x", "F(x)", "y"]),
        ({"net": "preact_resnet164"}, "layer2.0", ["x", "a", "F(x)", "S(a)", "y"]),
        ({"net": "preact_resnet164", "shortcut": "none"}, "layer1.1", ["x", "F(x)"]),
    ],
)
def test_other_blocks_show_the_sum_they_make(query, block, symbols):
    app = opened(query | {"image_size": "64"}, block)
    assert [one["symbol"] for one in flow(app) if one["symbol"]] == symbols
    assert ("no ReLU after the sum" in said(app)) == ("preact" in query["net"])


def test_what_is_said_of_a_convolution_is_its_number():
    app = opened({"net": "resnet18", "image_size": "64"}, "layer2.0", channel="5")
    drawn = flow(app)
    for one in drawn:
        if "mixed" not in one:
            continue
        mixed, (read,) = one["mixed"], one["reads"]
        kernels = floats(mixed["kernels"]).reshape(mixed["channels"], mixed["side"], -1)
        top = np.frombuffer(base64.b64decode(mixed["top"]), "<u2")
        windows = floats(mixed["windows"]).reshape(len(top), mixed["side"], -1)
        given = (windows * kernels[top]).sum((1, 2)).reshape(-1, mixed["shown"])
        assert (np.abs(given[:, :1]) >= np.abs(given)).all()
        # the channel of what it reads that is on show gives something, and all is not much more
        assert drawn[read["value"]]["lens"].startswith("channel")
        assert np.corrcoef(given.sum(1), floats(one["values"]))[0, 1] > 0.3


def test_a_normalisation_says_its_numbers():
    app = opened(BUNDLED, "layer2.1", channel="5")
    drawn = flow(app)
    found = [one for one in drawn if "normalised" in one]
    assert [one["name"] for one in found] == ["bn1", "bn2"]
    for one in found:
        n, v = one["normalised"], floats(drawn[one["reads"][0]["value"]]["values"])
        made = n["gamma"] * (v - n["mean"]) / n["sigma"] + n["beta"]
        assert np.allclose(made, floats(one["values"]), atol=1e-4)
        assert n["sigma"] == pytest.approx((n["variance"] + n["epsilon"]) ** 0.5)


def test_a_padded_zero_channel_is_never_first_and_says_what_it_is():
    first = opened(BUNDLED, "layer2.0")
    assert first.number_input(key="architecture_channel").value == 8  # 16 → 32: x is in the middle
    (pad,) = [one for one in flow(first) if one["kind"] == "pad"]
    assert pad["lens"] == "channel 8"
    assert pad["reads"] == [{"value": 0, "lens": "channel 0", "single": True}]
    padded = opened(BUNDLED, "layer2.0", channel="3")
    (pad,) = [one for one in flow(padded) if one["kind"] == "pad"]
    assert pad["lens"] == "channel 3, padded zeros"
    assert not floats(pad["values"]).any()


@pytest.mark.parametrize(
    ("section", "names"),
    [("stem", ["x", "conv1", "bn1", "relu", "maxpool"]), ("head", ["x", "avgpool", "fc"])],
)
def test_stem_and_head_show_what_flows_as_well(section, names):
    app = opened({"net": "resnet18", "image_size": "64"}, section, channel="7")
    assert not app.exception
    assert [one["symbol"] or one["name"] for one in flow(app)] == names
    label = app.number_input(key="architecture_channel").label
    assert label == ("Class" if section == "head" else "Channel")


def test_the_operation_on_show_and_its_scale_are_in_the_address():
    app = opened(BUNDLED, op="3", scale="own")
    given = component(app, "flow")["on_show"]
    assert given == {"op": "3", "scale": "own", "via": "", "at": "", "part": "layer1.0"}
    assert app.query_params["op"] == "3"
    assert component(opened(BUNDLED, op="x", scale="y"), "flow")["on_show"]["scale"] == "one"


@pytest.mark.parametrize("wrong", ["32.0", "0.32", "3", "3.4.5", "x.1", "-1.2", "1.", "²·1"])
def test_the_cell_that_is_followed_is_in_the_address(wrong):
    app = opened(BUNDLED, "layer2.1", at="31.0")
    assert component(app, "flow")["on_show"]["at"] == "31.0"
    assert app.query_params["at"] == "31.0"
    assert component(opened(BUNDLED, "layer2.1", at=wrong), "flow")["on_show"]["at"] == ""


def test_a_channel_on_the_way_is_in_the_address_until_another_is_asked_for():
    app = opened(BUNDLED, "layer1.1", via="3:2,0:9,99:1,1:999,x:y")
    assert component(app, "flow")["on_show"]["via"] == "3:2,0:9"
    channels = [one["channel"] for one in flow(app)]
    assert channels[:4] == [9, 2, 2, 2]
    (total,) = [one for one in flow(app) if one["kind"] == "add"]
    assert [read["lens"] for read in total["reads"]] == ["channel 0", "channel 0"]
    x = floats(total["reads"][0]["values"])  # not the channel of x that is on show
    maps = flow_maps(app)
    assert np.allclose(x + maps["F(x)"].ravel(), maps["x + F(x)"].ravel(), atol=1e-5)
    app.number_input(key="architecture_channel").set_value(3).run()
    assert component(app, "flow")["on_show"]["via"] == ""


def test_random_weights_are_said_and_the_trained_network_is_one_click_away():
    app = opened({"net": "resnet50", "image_size": "64"}, "layer3.4")
    assert "Random weights, seed 0: this network has not learned anything." in said(app)
    press(app, "Show the trained ResNet-18 ×¼")
    assert not app.exception
    assert app.query_params["net"] == "resnet18"
    assert app.selectbox(key="architecture_weights").value == "solids_resnet18"
    assert "not learned" not in said(app)
    assert flow_maps(app)


@pytest.mark.parametrize("switch", ["values", "sent"])
def test_a_first_visit_is_shown_what_a_trained_network_computes(switch):
    app = page().run()
    assert app.query_params["net"] == "resnet50"
    app.toggle(key=f"architecture_{switch}").set_value(True).run()
    assert not app.exception
    assert app.query_params["net"] == "resnet18"
    assert app.selectbox(key="architecture_weights").value == "solids_resnet18"
    assert "not learned" not in said(app)
    assert "of resnet50 there are no learned weights here" in said(app)
    press(app, "Undo")
    assert app.query_params["net"] == "resnet50"
    assert "Random weights, seed 0" in said(app)


def test_a_network_that_was_chosen_is_kept():
    app = page(net="resnet50", image_size="64", values="1").run()
    assert app.query_params["net"] == "resnet50"
    assert "Random weights, seed 0" in said(app)


def test_trained_and_random_weights_are_compared_by_choice():
    app = opened(BUNDLED)
    trained = flow_maps(app)["F(x)"]
    app.selectbox(key="architecture_weights").set_value("random").run()
    assert "not learned" in said(app)
    classifier = untrained(ResNetSpec.preset("cifar_resnet20", image_size=64))
    see = classifier.transform
    images = see.tensor(see.view(sample(2, "shapes").image))[None]
    branch = passed(classifier.model, images, "layer1.0.bn2")[1][0, 0]
    assert np.allclose(flow_maps(app)["F(x)"], branch, atol=1e-5)
    assert not np.allclose(trained, branch, atol=1e-2)


def test_grey_is_shown_and_five_channels_are_refused_in_words():
    grey = {"net": "cifar_resnet20", "in_channels": "1"}
    assert flow_maps(opened(grey))
    five = opened({"net": "cifar_resnet20", "in_channels": "5"})
    assert not five.exception
    assert "reads 5 channels; a picture has 3" in said(five)
    assert not flow_maps(five)


@pytest.mark.parametrize("change", [{"width_per_group": "256"}, {"image_size": "1024"}])
def test_a_network_too_large_is_refused_with_its_size(change):
    app = opened({"net": "resnet152"} | change)
    assert not app.exception
    assert "GB" in app.info[0].value
    assert not flow_maps(app)


def test_values_beyond_float32_are_said_and_not_drawn():
    app = opened({"net": "cifar_resnet1202", "image_size": "8"}, "layer3.199")
    assert "beyond what float32 holds" in said(app)
    assert not flow_maps(app)


def test_a_teachers_link_hides_it():
    app = opened(BUNDLED, hide="block values")
    assert not [toggle for toggle in app.toggle if toggle.key == "architecture_values"]
    assert not flow_maps(app)


def test_a_link_with_nonsense_shows_the_usual_view():
    app = opened(BUNDLED, weights="x", picture="99", channel="-3")
    assert not app.exception
    assert app.number_input(key="architecture_channel").value == 0
    assert app.selectbox(key="architecture_picture").value == "2"
    endless = "9" * 5000  # more digits than Python reads
    app = opened(BUNDLED, channel=endless, via=f"1:{endless},{endless}:1", at=f"{endless}.1")
    assert not app.exception
    assert app.number_input(key="architecture_channel").value == 0


def test_a_photograph_is_taken_here_and_known_on_the_other_page():
    app = opened(BUNDLED)
    before = flow_maps(app)["y"]
    upload(app, "architecture_upload", "mine.png", png())
    assert not app.exception
    assert app.selectbox(key="architecture_picture").value.startswith("mine.png~")
    assert not np.array_equal(flow_maps(app)["y"], before)
    app.switch_page("attention/attention.py").run()
    assert re.search(r"mine\.png · \d{3} B", said(app))


def test_a_file_that_is_no_picture_gets_its_message():
    app = upload(opened(BUNDLED), "architecture_upload", "evil.png", b"no picture")
    assert not app.exception
    assert "evil.png" in app.error[0].value
    assert app.selectbox(key="architecture_picture").value == "2"


def test_an_own_checkpoint_of_this_network_is_the_first_choice():
    torch.manual_seed(7)
    model = build(ResNetSpec.preset("cifar_resnet20")).eval()
    data = saved(model.state_dict())
    app = upload(page("attention").run(), "control_own", "mine.pth", data)
    app.switch_page("architecture/architecture.py")
    app.query_params.clear()
    app.query_params.update({"net": "cifar_resnet20", "open": "layer1.0", "values": "1"})
    app.run()
    assert not app.exception
    assert app.selectbox(key="architecture_weights").options[0] == "own: mine.pth"
    assert app.query_params["weights"].startswith("mine.pth~")
    see = load_classifier("mine.pth", data=data).transform
    images = see.tensor(see.view(sample(2).image))[None]
    assert np.allclose(flow_maps(app)["y"], passed(model, images, "layer1.0")[1][0, 0], atol=1e-5)


def test_a_link_with_weights_of_ones_own_waits_for_them():
    app = page(**BUNDLED, open="layer1.0", values="1", weights="mine.pth~0123456789ab")
    app.session_state["tab_asked"] = True  # by the browser, which knows of none
    app.run()
    assert "This page needs mine.pth" in said(app)
    assert not flow_maps(app)
    press(app, "Go on without it")
    assert flow_maps(app)
    assert "weights" not in app.query_params


def test_a_forward_beyond_all_measure_is_refused_without_a_button():
    app = opened({**BUNDLED, "layers": "600,600,600", "image_size": "440"}, "layer3.599")
    assert "at most 1000.00 GMACs are computed here" in said(app)
    assert not any(button.label.startswith("Compute") for button in app.button)
