"""The drawing of a walk: two lanes, numbers on wires, and nothing across anything else."""

import re
from xml.etree import ElementTree

from resnet.drawing.charts.derivative_walk import (
    HEIGHT,
    WIDTH,
    Box,
    Lane,
    Wire,
    draw_place,
    draw_walk,
)

KINDS = ("conv", "bn", "relu", "conv", "bn", "add", "relu")
WIDE = Wire("−12.34", "−12.34")


def lane(kinds, **more):
    return Lane("net", WIDE, tuple(Box(kind, kind, WIDE) for kind in kinds), 2, **more)


def drawn():
    residual = lane(KINDS, shortcut=Wire("12.34", "1 · −12.34"), branch="−12.34")
    plain = lane([kind for kind in KINDS if kind != "add"])
    return ElementTree.fromstring(draw_walk(residual, plain, "two blocks", "units"))


def spans(svg):
    """Each number's left, right and height, by the widest that its letters are."""
    for text in svg.iter("text"):
        if "value" in text.get("class"):
            x, wide = float(text.get("x")), 7.6 * len(text.text or "")
            left = x if "start" in text.get("class") else x - wide
            yield left, left + wide, float(text.get("y"))


def test_it_has_every_number_of_both_blocks_inside_of_its_frame():
    numbers = [*spans(drawn())]
    assert len(numbers) == 2 * 8 + 2 * 7 + 3
    assert all(left >= 0 and right <= WIDTH for left, right, _ in numbers)
    assert all(0 < y < HEIGHT for *_, y in numbers)


def test_no_number_lies_on_another():
    numbers = [*spans(drawn())]
    for i, (left, right, y) in enumerate(numbers):
        for other_left, other_right, other_y in numbers[:i]:
            apart = right <= other_left or other_right <= left
            assert apart or abs(y - other_y) >= 13


def test_the_way_back_is_drawn_as_far_as_it_is_known():
    forward = Lane("a", Wire("1", ""), tuple(Box(k, k, Wire("1", "")) for k in KINDS), 0,
                   shortcut=Wire("1", ""))  # fmt: skip
    assert "way-back" not in draw_walk(forward, forward, "a", "")
    assert len(re.findall("way-back", draw_walk(lane(KINDS, shortcut=WIDE), forward, "a", ""))) == 9


def test_the_frame_on_the_picture_is_around_its_cell():
    svg = ElementTree.fromstring(draw_place("data:,", 16, (3, 5), "here"))
    seen = next(each for each in svg.iter("rect") if each.get("class") == "seen")
    assert [float(seen.get(name)) for name in ("x", "y", "width")] == [40, 20, 30]
