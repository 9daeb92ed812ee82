"""Lessons that train or look at networks before training, driven without a browser."""

import json

import pytest
from streamlit.testing.v1 import AppTest
from torchvision.datasets import CIFAR10

from explorer.lessons import degradation
from resnet.experiments.registry import kept
from tests.conftest import ROOT


@pytest.fixture
def app() -> AppTest:
    at = AppTest.from_file(str(ROOT / "explorer" / "app.py"), default_timeout=120)
    return at.switch_page("lessons/lessons.py")


def opened(app: AppTest, lesson: str, **query: str) -> AppTest:
    app.query_params.update({"lesson": lesson, **query})
    app.run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> dict:
    return {button.label: button for button in app.button}


def drawn(app: AppTest) -> list[list[str]]:
    """The fields on the two axes of every chart."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    return [[spec["encoding"][axis]["field"] for axis in "xy"] for spec in specs]


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_degradation_shows_what_is_kept_and_either_error(app):
    opened(app, "degradation")
    assert drawn(app) == [["epoch", "train_error"]]
    assert kept("degradation")["command"] in said(app)
    assert "in 30 epochs" in said(app)
    app.button_group(key="lessons_error").set_value("test_error").run()
    assert drawn(app) == [["epoch", "test_error"]]


def test_degradation_quotes_both_tables(app):
    tables = [element.value.to_string() for element in opened(app, "degradation").table]
    assert any("28.54 %" in text and "25.03 %" in text for text in tables)
    assert any("6.97 %" in text and "7.93 %" in text for text in tables)


def test_a_small_run_takes_the_place_of_what_is_kept(app, monkeypatch):
    monkeypatch.setattr(degradation, "_EPOCHS", 1)
    small = {"digits": ("digits", {"train": 128, "test": 20})}
    monkeypatch.setattr(degradation, "_DATA", degradation._DATA | small)
    opened(app, "degradation", deep="32", seed="7")
    buttons(app)["Run it here"].click().run()
    assert not app.exception
    assert "Computed here just now" in said(app)
    assert "--depths 20,32 --epochs 1 --train 128 --test 20 --seed 7" in said(app)
    assert "in 1 epochs" in said(app)


def test_data_that_are_not_here_are_offered_and_a_failure_is_one_message(
    app, monkeypatch, tmp_path
):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/none.tar.gz")
    opened(app, "degradation", learned="cifar10")
    assert "170 MB" in app.info[0].value
    assert "Run it here" not in buttons(app)
    buttons(app)["Download"].click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert "digits and shapes" in app.error[0].value


def test_gradients_are_kept_for_the_usual_choice_and_computed_for_others(app):
    opened(app, "gradients")
    assert drawn(app) == [["number", "gradient"], ["lag", "correlation"]]
    assert said(app).count("A kept result") == 2
    app.select_slider(key="lessons_gradient_depth").set_value("8").run()
    assert not app.exception
    assert "experiment gradients --depth 8" in said(app)
    app.button_group(key="lessons_norm").set_value("off").run()
    app.selectbox(key="lessons_init").set_value("normal-0.01").run()
    assert not app.exception
    assert "--depth 8 --norm off --init normal-0.01" in said(app)


def test_zero_gamma_shows_an_exact_zero(app):
    opened(app, "zero-gamma")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Largest difference, γ = 0"] == "0"
    assert float(shown["Largest difference, γ = 1"]) > 1
    assert drawn(app) == [["step", "loss"]]
    tables = [element.value.to_string() for element in app.table]
    assert any("23.74 ± 0.09 %" in text for text in tables)


@pytest.mark.parametrize(
    ("lesson", "query", "command"),
    [
        ("zero-gamma", {"zero_depth": "20", "seed": "5"}, "zero-gamma --depth 20 --seed 5"),
        ("gradients", {"seed": "5"}, "shattering --depths 20,56 --lines 2 --seed 5"),
    ],
)
def test_a_run_here_takes_the_place_of_what_is_kept(app, lesson, query, command):
    opened(app, lesson, **query)
    buttons(app)["Run it here"].click().run()
    assert not app.exception
    assert f"experiment {command}" in said(app)


@pytest.mark.parametrize(
    ("lesson", "seed", "taken"), [("degradation", "abc", 0), ("gradients", "5000", 999)]
)
def test_a_seed_that_cannot_be_is_not_taken(app, lesson, seed, taken):
    opened(app, lesson, seed=seed)
    assert app.number_input(key="lessons_seed").value == taken
    live = {"degradation": "degradation", "gradients": "shattering"}[lesson]
    assert app.session_state["asked"][live]["seed"] == taken
