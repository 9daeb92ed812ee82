"""The lesson on what came after ResNet, driven without a browser."""

import pytest

from tests.explorer.lessons.reading import lesson_page, links, table
from tests.explorer.pages import charts


def test_the_ladder_is_drawn_with_our_counts():
    (chart,) = charts(lesson_page("modern"))
    accuracy, published, ours = chart["data"]
    assert len(accuracy["y"]) == len(published["y"]) == 14
    assert [round(x, 3) for x in ours["x"]] == [4.089, 4.089, 4.526]


def test_steps_add_up_and_are_in_the_address():
    app = lesson_page("modern")
    app.pills(key="lessons_modern_steps").set_value(["ratio", "se"]).run()
    shown = table(app, "their change")
    assert [*shown["step"]] == [
        "ResNet-50", "then stage ratio 3, 3, 9, 3", "then squeeze-and-excitation",
    ]  # fmt: skip
    assert shown["multiply-adds"].iloc[1] == "4,525,916,160"
    assert app.query_params["modern_steps"] == "ratio,se"
    assert links(app)[0] == {"net": "se_resnet50", "layers": "3,3,9,3"}


@pytest.mark.parametrize("step", ["ratio", "stem", "pool", "se", "groups", "width"])
def test_each_step_alone_can_be_taken(step):
    assert len(table(lesson_page("modern", modern_steps=step), "their change")) == 2
