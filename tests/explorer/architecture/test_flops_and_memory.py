"""The Counting panel of the Architecture page, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from resnet import ResNetSpec, trace
from resnet.counts.conventions import tool_counts
from resnet.counts.memory import inference_memory, training_memory
from resnet.text.numbers import count
from tests.explorer.pages import metrics, page


@pytest.fixture
def app() -> AppTest:
    return page(panel="counting")


def counted(app: AppTest) -> str:
    return next(value for label, value in metrics(app).items() if label.startswith("One image"))


def tools(app: AppTest) -> dict[str, dict[str, str]]:
    rows = app.table[0].value.set_index("who")
    return {who: dict(row) for who, row in rows.iterrows()}


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def test_the_headline_is_the_multiply_adds(app):
    app.run()
    assert not app.exception
    assert counted(app) == "4,089,184,256"
    assert "a multiply-add of a convolution or linear layer counts 1" in captions(app)


def test_a_convention_is_chosen_and_stays_in_the_address(app):
    app.run().segmented_control(key="architecture_count").set_value("flops").run()
    assert counted(app) == "8,178,368,512"
    app.pills(key="architecture_extras").set_value(["bn", "relu", "pooling"]).run()
    assert app.query_params["count"] == "flops"
    assert app.query_params["extras"] == "bn,relu,pooling"
    assert counted(app) == "8,211,108,352"  # what calflops 0.3.2 returns
    assert "2 for each element of BN" in captions(app)
    app.pills(key="architecture_extras").set_value([]).run()
    assert "extras" not in app.query_params


def test_a_link_restores_a_convention(app):
    app.query_params.update({"net": "se_resnet50", "count": "macs", "extras": "bn,gates,nonsense"})
    app.run()
    assert app.pills(key="architecture_extras").value == ["bn", "gates"]
    assert any(text.value.startswith(counted(app) + " = ") for text in app.markdown)


def test_gates_are_offered_where_there_are_some(app):
    app.run()
    assert "SE gates" not in app.pills(key="architecture_extras").options
    app.selectbox(key="network_preset").set_value("se_resnet50").run()
    assert "SE gates" in app.pills(key="architecture_extras").options


def test_every_tool_prints_its_number_with_a_reason(app):
    app.run()
    rows, said = tools(app), tool_counts(trace(ResNetSpec()))
    for name, number in said.items():
        assert f"{number:,}" in rows[name]["prints, exactly"]
        assert rows[name]["why"].endswith(".")
    assert rows["fvcore"]["prints, exactly"].startswith("4.11 G flops")


@pytest.mark.parametrize(
    ("query", "number", "why"),
    [
        ({"net": "resnet50"}, "–", "exactly 3,857,973,248 multiply-adds, printed as 3.8 × 10⁹"),
        ({"net": "resnet50", "stride_on": "1x1"}, "3.8 × 10⁹ · 3,857,973,248", "one decimal"),
        ({"net": "wrn28_10"}, "–", "no such network"),
    ],
)
def test_the_paper_is_quoted_where_it_prints_this_network(app, query, number, why):
    app.query_params.update(query)
    app.run()
    row = next(row for who, row in tools(app).items() if who.startswith("He et al. 2015"))
    assert row["prints, exactly"] == number
    assert why in row["why"]


def test_memory_of_inference_and_of_training(app):
    app.run()
    graph = trace(ResNetSpec())
    assert metrics(app)["Together"] == count(inference_memory(graph).bytes, "B")
    app.segmented_control(key="architecture_memory").set_value("training").run()
    app.selectbox(key="architecture_batch").set_value("32").run()
    app.segmented_control(key="architecture_precision").set_value("bf16").run()
    app.segmented_control(key="architecture_optimiser").set_value("adam").run()
    estimate = training_memory(graph, 32, "bf16", "adam")
    shown = metrics(app)
    assert shown["Together"] == count(estimate.bytes, "B")
    for part in estimate.parts:
        assert shown[part.name] == count(part.bytes, "B")
        assert any(part.formula in text.value for text in app.markdown)
    for field, value in {
        "memory": "training",
        "batch": "32",
        "precision": "bf16",
        "optimiser": "adam",
    }.items():
        assert app.query_params[field] == value


def test_memory_says_what_it_leaves_out(app):
    app.run()
    for words in ("allocator", "cuDNN", "CUDA context"):
        assert words in captions(app)


def test_a_link_that_means_nothing_gives_the_usual_choices(app):
    app.query_params.update({"count": "hertz", "memory": "hope", "batch": "x", "precision": "fp1"})
    app.run()
    assert not app.exception
    assert counted(app) == "4,089,184,256"
    assert app.selectbox(key="architecture_batch").value == "1"
