"""One forward, and then any class, stage, pair of classes, colours and second model."""

import shutil
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from resnet import ResNetSpec, build, load_classifier
from resnet.model.module import ResNet
from resnet.pictures.reading import read_image
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.catalogue import catalogue
from tests.checkpoints import resnet20, saved
from tests.explorer.drawn import component, overlay, ranked, strip, values
from tests.explorer.pages import charts, choose, forget, press, said, upload


@pytest.fixture
def passes(monkeypatch, in_this_process) -> dict[str, int]:
    """How often images went through a network, and gradients back, since nothing was known."""
    forget()
    counted = {"forward": 0, "backward": 0}
    stages, grad = ResNet.stages, torch.autograd.grad

    def forward(self, x):
        counted["forward"] += 1
        return stages(self, x)

    def backward(*given, **more):
        counted["backward"] += 1
        return grad(*given, **more)

    monkeypatch.setattr(ResNet, "stages", forward)
    monkeypatch.setattr(torch.autograd, "grad", backward)
    return counted


def open_table(app: AppTest, key: str) -> None:
    """An expander cannot be clicked in a test; its state can be set."""
    app.session_state[key] = True
    app.run()


def test_a_class_at_the_last_stage_needs_no_pass_at_all(app, passes):
    app.query_params["panel"] = "classes"
    app.run()
    assert passes == {"forward": 1, "backward": 0}
    maps = {overlay(app)["values"]}
    first = app.selectbox(key="attention_target").value
    for target in [i for i in range(10) if i != first][:3]:
        choose(app, "attention_target", target)
        maps.add(overlay(app)["values"])
    choose(app, "attention_other", first)
    assert len(maps) == 4
    assert not app.exception
    assert passes == {"forward": 1, "backward": 0}


def test_a_class_at_every_stage_needs_one_backward_pass_the_first_time(app, passes):
    app.run()
    first = app.selectbox(key="attention_target").value
    assert passes == {"forward": 1, "backward": 1}
    others = [i for i in range(10) if i != first][:2]
    for number, target in enumerate(others, start=2):
        choose(app, "attention_target", target)
        assert passes == {"forward": 1, "backward": number}
    choose(app, "attention_target", first)  # known already
    assert passes == {"forward": 1, "backward": 3}


def test_nothing_else_that_is_chosen_needs_a_pass(app, passes):
    app.run()
    seen = []
    for choice, value in (
        ("layer", "layer2"),
        ("method", "hirescam"),
        ("signs", "negative"),
        ("threshold", "40"),
        ("placement", "conventional"),
        ("colours", "cividis"),
        ("top", "10"),
    ):
        choose(app, f"attention_{choice}", value)
        seen.append(overlay(app))
        assert app.query_params[choice] == value
    drawn = {tuple(one[name] for name in ("values", "bands", "colours")) for one in seen}
    assert len(drawn) == 6  # all but the number of predictions
    assert passes == {"forward": 1, "backward": 1}


def test_half_precision_pays_one_more_forward_for_the_earlier_stages(app, passes):
    app.query_params["precision"] = "bf16"
    app.run()
    assert passes == {"forward": 2, "backward": 1}


def test_as_many_predictions_as_are_asked_for(app):
    app.query_params["top"] = "3"
    app.run()
    assert len(ranked(app)[0]) == 3
    choose(app, "attention_top", "10")
    bars = ranked(app)[0]
    assert len(bars) == 10
    assert sum(bar.share for bar in bars) == pytest.approx(1, abs=6e-4)


def test_a_class_beyond_the_top_is_shown_with_its_rank(app):
    app.query_params["top"] = "2"
    app.run()
    logits = torch.tensor([float(v) for v in _logits(load_classifier("shapes_resnet20"))])
    last = int(logits.argmin())
    choose(app, "attention_target", last)
    bars = ranked(app)[0]
    assert len(bars) == 3
    assert bars[-1].index == last
    assert bars[-1].title.startswith("10. ")
    behind = float(logits.max() - logits[last])
    assert bars[-1].numbers.endswith(f"−{behind:.2f}")


def _logits(classifier, photo: Image.Image | None = None) -> torch.Tensor:
    """By the module itself, without any of what draws maps."""
    photo = photo or Image.fromarray(scene(1_900_002, objects=2).image)
    see = classifier.transform
    with torch.inference_mode():
        return classifier.model(see.tensor(see.view(photo))[None])[0]


def test_the_table_has_every_class_with_probability_logit_and_margin(app):
    open_table(app.run(), "predictions_table")
    table = app.dataframe[0].value
    logits = _logits(load_classifier("shapes_resnet20")).sort(descending=True).values
    assert table["rank"].tolist() == [*range(1, 11)]
    assert table["logit"].tolist() == pytest.approx(logits.tolist(), abs=1e-4)
    assert table["probability"].tolist() == pytest.approx(logits.softmax(0).tolist(), abs=1e-5)
    assert table["margin"][0] == pytest.approx(float(logits[0] - logits[1]), abs=1e-4)
    assert table["margin"][9] == pytest.approx(float(logits[9] - logits[0]), abs=1e-4)


def test_the_strip_has_every_stage_where_its_cells_lie(app):
    tiles = strip(app.run())["tiles"]
    assert [(t["title"], t["cells"], t["jump"]) for t in tiles] == [
        ("layer1", 64, 1),
        ("layer2", 32, 2),
        ("layer3", 16, 4),
    ]
    assert [t["field"] for t in tiles] == [_seen_by(n) for n in ("layer1", "layer2", "layer3")]
    assert all(t["size"] == 64 for t in tiles)


def _seen_by(layer: str) -> int:
    """The receptive field by convolutions alone: 3×3 each, at the jump of their input."""
    field, jump = 3, 1
    for stage, blocks in (("layer1", 3), ("layer2", 3), ("layer3", 3)):
        for block in range(blocks):
            for conv in range(2):
                field += 2 * jump
                jump *= 2 if stage != "layer1" and block == conv == 0 else 1
        if stage == layer:
            return field
    raise KeyError(layer)


def test_a_stage_without_positive_evidence_says_so(app):
    torch.manual_seed(0)
    model = build(ResNetSpec.preset("cifar_resnet20", num_classes=4))
    torch.nn.init.constant_(model.fc.weight[2], -1.0)  # features are never negative
    upload(app.run(), "control_own", "against.pth", saved(model.state_dict()))
    choose(app, "attention_target", 2)
    last = strip(app)["tiles"][-1]
    assert values(last).max() <= 0
    assert last["none"] == "No positive evidence."
    assert "No positive evidence for this class at this layer" in said(app)
    choose(app, "attention_target", 1)
    assert strip(app)["tiles"][-1]["none"] == ""


def test_the_difference_of_two_maps_sums_to_the_margin_less_the_biases(app):
    app.query_params.update({"panel": "classes", "target": "3", "other": "7"})
    a, b, difference = map(values, strip(app.run())["tiles"])
    classifier = load_classifier("shapes_resnet20")
    logits, bias = _logits(classifier), classifier.model.fc.bias
    expected = float((logits - bias)[3] - (logits - bias)[7])
    assert difference.sum() == pytest.approx(expected, abs=1e-3)
    assert np.allclose(a - b, difference, atol=1e-6)
    assert f"sums to {expected:.3f}".replace("-", "−") in said(app)


def test_swapping_turns_the_difference_round(app):
    app.query_params.update({"panel": "classes", "target": "3", "other": "7"})
    before = [values(t) for t in strip(app.run())["tiles"]]
    press(app, "Swap A and B")
    after = [values(t) for t in strip(app)["tiles"]]
    assert np.array_equal(after[0], before[1])
    assert np.allclose(after[2], -before[2])
    assert (app.query_params["target"], app.query_params["other"]) == ("7", "3")


def test_before_the_last_stage_the_identity_is_not_claimed(app):
    app.query_params.update({"panel": "classes", "layer": "layer1"})
    assert "agree only at layer3" in said(app.run())


def test_a_difference_keeps_its_signs_in_any_colours(app):
    app.query_params.update({"panel": "classes"})
    signed = strip(app.run())
    choose(app, "attention_colours", "magma")
    assert strip(app) == signed


def test_without_a_second_model_the_panel_says_how_to_get_one(app, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    catalogue.cache_clear()
    app.query_params["panel"] = "models"
    assert "No second model is here yet" in said(app.run())
    assert not app.exception
    catalogue.cache_clear()


def test_models_of_other_classes_are_not_compared(app):
    app.query_params["panel"] = "models"
    upload(app.run(), "control_second", "four.pth", resnet20())
    assert not app.exception
    assert "do not know the same classes (10 and 4 labels)" in said(app)
    assert not any(e.proto.component_name == "resnet_maps" for e in app.get("bidi_component"))


def test_a_second_file_that_is_no_checkpoint_is_refused_in_words(app):
    app.query_params["panel"] = "models"
    upload(app.run(), "control_second", "bad.pth", b"nothing")
    assert not app.exception
    assert "bad.pth" in app.error[0].value


@pytest.fixture
def cifar(reference, monkeypatch, tmp_path, in_this_process):
    """The reference's checkpoints where a download would have put them."""
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    for file in (reference / "cifar10").glob("resnet*.th"):
        shutil.copy(file, folder)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    catalogue.cache_clear()
    yield reference / "cifar10"
    catalogue.cache_clear()


def test_two_models_of_the_same_labels_stand_on_one_scale(app, cifar):
    app.query_params.update(
        {"panel": "models", "model": "cifar10_resnet20", "second": "cifar10_resnet44"}
    )
    data = (cifar / "cifar10_00_3.png").read_bytes()
    upload(app.run(), "control_files", "cat.png", data)
    assert not app.exception
    chart, photo = charts(app)[0], read_image(data, "cat.png")
    labels = chart["layout"]["yaxis"]["ticktext"]
    for trace, name in zip(chart["data"], ("cifar10_resnet20", "cifar10_resnet44"), strict=True):
        classifier = load_classifier(name)
        probability = _logits(classifier, photo).softmax(0)
        expected = [float(probability[classifier.labels.index(label)]) for label in labels]
        assert trace["x"] == pytest.approx(expected, abs=1e-5)
    shown = strip(app)
    full = max(np.abs(values(tile)).max() for tile in shown["tiles"])
    assert shown["scale"]["high"] == f"+{full:.3g}"


def test_every_choice_is_restored_from_a_link(app):
    link = (
        "sample=3&target=4&layer=layer2&method=hirescam&signs=negative&threshold=20&opacity=40"
        "&placement=conventional&top=7&panel=classes&other=5"
    )
    chosen = {name: value for name, (value,) in parse_qs(link).items()}
    app.query_params.update(chosen)
    app.run()
    assert not app.exception
    assert {name: app.query_params[name] for name in chosen} == chosen
    assert component(app, "overlay")["opacity"] == "40"
    assert overlay(app)["scale"]["high"] == "0"


def test_nonsense_in_a_link_shows_what_is_usual(app):
    app.query_params.update(
        {"colours": "jet", "threshold": "7", "opacity": "x", "top": "99", "other": "-3"}
    )
    app.query_params.update({"panel": "classes", "second": "nobody"})
    app.run()
    assert not app.exception
    assert component(app, "overlay")["opacity"] == "75"
    assert len(ranked(app)[0]) == 5


def test_a_control_is_believed_while_the_address_lags_behind(app):
    app.run()
    before = dict(app.query_params)
    choose(app, "attention_target", 3)
    app.query_params.clear()
    app.query_params.update(before)  # as a browser that has not read the last answer yet
    choose(app, "attention_target", 6)
    assert app.query_params["target"] == "6"
    assert app.selectbox(key="attention_target").value == 6


def test_an_older_address_without_a_control_is_followed(app):
    app.run()
    choose(app, "attention_target", 3)
    choose(app, "attention_target", 6)
    app.query_params["target"] = "3"  # the browser's way back
    app.run()
    assert app.selectbox(key="attention_target").value == 3


def test_the_same_sample_again_forgets_nothing():
    from explorer.state.choices.page_choices import Page

    page = Page("a page", {"sample": "2", "target": ""}, {"sample": ("target",)})
    for field, value, left in (("target", "7", "7"), ("sample", "2", "7"), ("sample", "3", "")):
        page.ask(field, value)
        assert page.asked("target") == left
