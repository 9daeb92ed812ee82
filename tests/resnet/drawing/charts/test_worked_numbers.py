"""Arithmetic as a drawing: as wide as it may be, and said in words."""

from xml.etree import ElementTree

from resnet.drawing.charts.worked_numbers import WIDTH, Grid, Number, Row, draw_worked

GRID = Grid(("−0.12",) * 9, (-1.0, 0.5, 0.0) * 3, "kernel")
WIDEST = (
    Number("−1.14", "γ/σ"), "· (", Number("(−0.07)", "v"), "−", Number("(−0.04)", "μ"), ") +",
    Number("(−0.22)", "β"), "≈", Number("−0.26", "BN"),
)  # fmt: skip


def drawn(*lines, height=372.0):
    return ElementTree.fromstring(draw_worked([Row("block", lines)] * 2, "said", height))


def test_grids_and_the_longest_line_have_room():
    svg = drawn((GRID, "·", GRID), WIDEST)
    rights = [float(r.get("x")) + float(r.get("width")) for r in svg.iter("rect")]
    texts = [float(t.get("x")) for t in svg.iter("text")]
    assert max(rights) <= WIDTH
    assert max(texts) + 20 <= WIDTH  # half of the last number


def test_two_rows_of_a_convolution_end_above_the_foot():
    svg = drawn((GRID, "·", GRID), (Number("1.00", "a"), "=", Number("1.00", "b")))
    assert max(float(t.get("y")) for t in svg.iter("text")) <= 372 - 8


def test_what_is_of_the_way_back_is_underlined():
    assert len([*drawn((Number("1.00", "a", True),)).iter("rect")]) == 2
    assert not [*drawn((Number("1.00", "a"),)).iter("rect")]


def test_the_lines_are_said_without_their_grids():
    row = Row("block", ((GRID, "·", GRID), (Number("1.00", "x"), "=", Number("1.00", "y"))))
    assert row.spoken == "x 1.00 = y 1.00"
