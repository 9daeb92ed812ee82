"""What a cell of every stage sees: the published fields, and the nearest cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet import ResNetSpec, trace
from resnet.counts.receptive_field import read_cell, receptive_fields, stride_layouts
from tests.figures import FIELDS
from tests.strategies import specs, usual


@pytest.mark.parametrize("stride_on", ["1x1", "3x3"])
@pytest.mark.parametrize("name", ["resnet50", "resnet101"])
def test_both_layouts_see_what_was_published(name, stride_on):
    both = stride_layouts(trace(ResNetSpec.preset(name, stride_on=stride_on)))
    assert both.v1 == FIELDS[name, "1x1"]["layer4"].field
    assert both.v1_5 == FIELDS[name, "3x3"]["layer4"].field


@given(usual())
def test_v1_sees_twice_the_entering_jumps_more(spec):
    both = stride_layouts(trace(spec))
    if spec.block == "basic" or len(spec.layers) == 1:
        assert both is None
    else:
        assert both.extra == 2 * sum(both.jumps)


@given(specs(square=True), st.data())
def test_each_stage_shows_the_cell_nearest_to_the_chosen_one(spec, data):
    graph = trace(spec)
    last = graph.stages[-2]
    at = st.integers(0, last.out_shape[1] - 1)
    row, column = data.draw(at), data.draw(at)
    found = receptive_fields(graph, row, column)
    assert [one.stage.name for one in found] == ["stem", *spec.stage_names]
    assert (found[-1].row, found[-1].column) == (row, column)
    for one in found:
        centres = [one.stage.centre + one.stage.jump * i for i in range(one.cells)]
        for place, chosen in ((one.y, found[-1].y), (one.x, found[-1].x)):
            assert abs(place - chosen) == min(abs(centre - chosen) for centre in centres)
        left, top, right, bottom = one.box
        assert (right - left, bottom - top) == (one.side, one.side)
        assert ((left + right) / 2, (top + bottom) / 2) == (one.x, one.y)


@pytest.mark.parametrize(
    "name", ["", "7.0", "0.7", "-1.2", "1", "a.b", "1.2.3", "²·1", "1." + "9" * 5000]
)
def test_a_name_of_no_cell_means_the_middle_one(name):
    assert read_cell(trace(ResNetSpec()), name) == (3, 3)


def test_a_cell_is_named_by_row_and_column():
    assert read_cell(trace(ResNetSpec()), "6.1") == (6, 1)
    assert read_cell(trace(ResNetSpec()), "0.6") == (0, 6)
    assert read_cell(trace(ResNetSpec(image_size=256))) == (3, 3)  # of 8×8


def test_a_cell_that_is_not_there_is_refused():
    graph = trace(ResNetSpec())
    for row, column in ((7, 0), (0, 7), (-1, 6), (6, -1)):
        with pytest.raises(ValueError, match=f"layer4 has 7×7 cells; none is at {row}, {column}"):
            receptive_fields(graph, row, column)
    assert [receptive_fields(graph, at, at)[-1].y for at in (0, 6)] == [0, 192]
