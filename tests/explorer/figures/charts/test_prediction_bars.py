"""Bars of two models: one for each class, whatever the classes are called."""

from explorer.figures.charts.prediction_bars import prediction_bars
from resnet.maps.ranking import Standing

LONG = "great white shark, white shark, man-eater"


def drawn(*labels: str) -> dict:
    one = [Standing(label, i, 0.1 * i, 0.0, rank=i, margin=0.0) for i, label in enumerate(labels)]
    return prediction_bars(one, one, ("<b>one</b>", "two")).to_dict()


def words(*labels: str) -> list[str]:
    return drawn(*labels)["layout"]["yaxis"]["ticktext"]


def test_classes_that_begin_alike_are_told_apart():
    shown = words(
        f"{LONG} of the north", f"{LONG} of the south", "cat", "a dog of twenty one letters"
    )
    assert shown == [
        "great whi… the north", "great whi… the south", "cat", "a dog of twenty one…"
    ]  # fmt: skip
    assert all(len(word) <= 20 for word in shown)


def test_two_classes_of_one_name_are_two_bars():
    """ImageNet has two cranes."""
    chart = drawn("crane", "crane", LONG, LONG)
    for bars in chart["data"]:
        assert list(bars["y"]) == [0, 1, 2, 3]
        assert list(bars["x"]) == [0.0, 0.1, 0.2, 0.1 * 3]
    assert chart["layout"]["yaxis"]["tickvals"] == [0, 1, 2, 3]


def test_a_name_of_a_stranger_is_shown_as_it_is():
    assert words("<b>dog</b>") == ["&lt;b&gt;dog&lt;/b&gt;"]
