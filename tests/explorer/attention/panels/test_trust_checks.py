"""Other methods and checks of a map, driven without a browser, on the bundled model."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.resources.server import workers
from explorer.tasks.inputs.photos import sample
from resnet.experiments.registry import kept_record
from resnet.maps.agreement import agreement
from resnet.maps.attribute import Question
from resnet.maps.methods import METHODS, total_cost
from resnet.model.progress import last
from resnet.trust.insertion_deletion import score_curves
from resnet.trust.randomisation import cascade


@pytest.fixture(scope="module")
def image(shapes):
    return shapes.transform.tensor(sample(2, "shapes").image)[None]


@pytest.fixture(scope="module")
def target(shapes, image) -> int:
    return int(shapes.model(image).argmax())


def said(app: AppTest) -> str:
    return "\n".join(e.value for kind in (app.caption, app.markdown) for e in kind)


def press(app: AppTest, words: str) -> AppTest:
    (button,) = [b for b in app.button if b.label.startswith(words)]
    return button.click().run()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def methods(app: AppTest, **choices: str) -> AppTest:
    app.query_params.update({"panel": "methods", **choices})
    return app.run()


def trust(app: AppTest, **choices: str) -> AppTest:
    app.query_params.update({"panel": "trust", **choices})
    return app.run()


def test_the_page_says_which_methods_are_one_and_by_how_much(app, shapes, image, target):
    methods(app)
    assert not app.exception
    rows = {(row.one, row.other): row for row in agreement(shapes.model, image, target)}
    assert "CAM, Grad-CAM and HiResCAM are one map" in said(app)
    assert f"{rows['cam', 'layercam'].rank_correlation:.2f}" in said(app)
    table = app.table[0].value
    assert set(table["pair"]) >= {"CAM and Grad-CAM", "CAM and HiResCAM", "CAM and LayerCAM"}


def test_the_cost_is_said_before_and_nothing_heavy_runs_by_itself(app):
    every = [name for name, method in METHODS.items() if method.of == "input"]
    methods(app, inputs=",".join(every), sample="5")
    price = total_cost(every, 64)
    words = (
        f"Compute: at most {price.forwards} forwards and {price.backwards} backwards of one image"
    )
    assert words in buttons(app)
    assert not any("Occlusion**](" in caption.value for caption in app.caption)
    press(app, "Compute:")
    assert not app.exception
    assert words not in buttons(app)
    for name in every:
        assert any(
            caption.value.startswith(f"[**{METHODS[name].title}**]") for caption in app.caption
        )
    (said_of_it,) = (c.value for c in app.caption if c.value.startswith("[**Integrated Gradients"))
    gap = re.search(r"Sum .* of .*: a gap of (.*)% after (.*) steps", said_of_it)
    assert float(gap[1]) < 1
    assert int(gap[2]) in {32 + 32 * halvings for halvings in range(9)}


def test_no_method_at_all_is_no_error(app):
    methods(app, inputs="none,of,these")
    assert not app.exception
    assert not any(label.startswith("Compute:") for label in buttons(app))


def test_two_classes_are_compared_on_this_photograph(app):
    press(methods(app), "Compare two classes")
    assert not app.exception
    rows = next(t.value for t in app.table if "rank correlation of the two maps" in t.value)
    found = dict(zip(rows["method"], rows["rank correlation of the two maps"], strict=True))
    assert [*found] == ["Guided backpropagation", "Guided Grad-CAM", "Saliency", "Grad-CAM"]
    assert float(found["Guided backpropagation"]) > 0.8
    assert found["Grad-CAM"].startswith("−")


def test_a_known_table_stands_there_at_once(app):
    trust(app)
    assert not app.exception
    known = kept_record("maps")
    assert len(app.dataframe[0].value) == len(known["rows"])
    assert known["command"] in said(app)


def test_the_sum_of_the_map_and_the_gap_are_told(app, shapes, image, target):
    press(trust(app), "Add up")
    shown = {metric.label: metric.value for metric in app.metric}
    logit = float(shapes.model(image)[0, target] - shapes.model.fc.bias[target])
    assert shown["Sum of HiResCAM at layer3"] == f"{logit:.3f}"
    assert shown["Gap"] == "0"
    trust(app, layer="layer1")  # of the same passes
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Gap"] != "0"


def test_no_check_begins_unasked_on_opening_or_for_another_class(app, monkeypatch):
    begun = []
    lane_of = workers.LONG.stream
    monkeypatch.setattr(
        workers.Lane, "stream", lambda lane, of, *given: begun.append(of) or lane_of(of, *given)
    )
    monkeypatch.setattr(
        workers.Lane, "call", lambda lane, of, *given: begun.append(of) or of(*given)
    )
    trust(app, sample="9")
    begun.clear()
    trust(app, sample="9", target="7")
    assert not app.exception
    assert begun == []
    assert not [metric.label for metric in app.metric if metric.label == "Gap"]
    press(app, "Add up")
    assert [of.__name__ for of in begun] == ["complete"]
    press(app, "Round")
    assert [of.__name__ for of in begun] == ["complete", "rounded"]
    assert "Against fp32, bf16 moves the map" in said(app)


def test_curves_are_those_of_the_map_and_its_controls(app, shapes, image, target):
    press(trust(app), "Insert and delete")
    assert not app.exception
    question = Question("gradcam", "layer3", target)
    found = question.of(shapes.model, image)
    (expected, *_) = last(
        score_curves(shapes.model, image, target, found.maps[0].numpy(), found.stage, randoms=1)
    )
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (drawn,) = [
        trace
        for chart in charts
        for trace in chart["data"]
        if trace.get("name") == "map" and "restored" in chart["layout"]["xaxis"]["title"]["text"]
    ]
    assert np.allclose(drawn["y"], expected.insertion, atol=1e-4)
    table = next(t.value for t in app.table if "insertion area" in t.value)
    assert table["order"].tolist()[-3:] == ["centre", "edges", "empty"]


def test_randomisation_is_drawn_part_by_part(app, shapes, image, target):
    press(trust(app), "Randomise")
    assert not app.exception
    steps = last(cascade(shapes.model, image, Question("gradcam", "layer3", target)))
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (line,) = [t for c in charts for t in c["data"] if t.get("name") == "rank correlation"]
    assert line["x"] == ["trained", *(step.part for step in steps)]
    assert np.allclose(line["y"][1:], [step.rank_correlation for step in steps], atol=1e-3)


def test_every_other_check_answers(app):
    trust(app, sample="3")
    for words in ("Change the photograph", "Infidelity", "Max-sensitivity"):
        press(app, words)
        assert not app.exception
    assert any("flip" in row for t in app.table if "change" in t.value for row in t.value["change"])
    assert {"Max-sensitivity", "Infidelity of the map"} <= {metric.label for metric in app.metric}


def test_answers_are_kept_and_another_map_has_its_own(app):
    press(trust(app, sample="4"), "Max-sensitivity")
    trust(app, sample="4", missing="blurred")
    assert not any(label.startswith("Max-sensitivity") for label in buttons(app))
    trust(app, sample="4", trusted="saliency")
    assert any(label.startswith("Max-sensitivity") for label in buttons(app))


def test_links_with_nonsense_show_the_usual_panel(app):
    trust(app, trusted="magic", missing="pink")
    assert not app.exception
    assert app.selectbox(key="attention_trusted").value == "gradcam"
