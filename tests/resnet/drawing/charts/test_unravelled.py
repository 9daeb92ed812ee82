"""A few blocks unravelled into their paths."""

import pytest

from resnet.drawing.charts.unravelled import MOST, blocks_on_path, draw_unravelled


@pytest.mark.parametrize("blocks", range(1, MOST + 1))
def test_the_picture_has_every_path_and_every_copy(blocks):
    svg = draw_unravelled(blocks)
    for block in range(1, blocks + 1):
        assert svg.count(f'data-name="f {block}"') == 2 ** (blocks - block)
    assert svg.count('class="plus"') == 2**blocks - 1
    rows = [blocks_on_path(row, blocks) for row in range(2**blocks)]
    assert len(set(rows)) == 2**blocks


def test_a_block_out_takes_half_of_the_paths():
    svg = draw_unravelled(3, {2})
    assert svg.count("symbol faint") == 4
    assert "8 paths, 4 left" in svg
    assert svg.count('class="cut"') == 2
    with pytest.raises(ValueError, match="5"):
        draw_unravelled(5)
