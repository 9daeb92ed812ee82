"""How many paths there are of each length."""

from itertools import combinations_with_replacement, product

import pytest

from resnet.counts.path_counts import central_lengths, path_counts, path_share
from tests import figures


def test_resnet_110_has_the_paths_of_the_paper():
    assert sum(path_counts(54)) == 2**54
    found = 100 * path_share(54, *figures.EFFECTIVE_LENGTHS)
    assert found == pytest.approx(figures.EFFECTIVE_PERCENT)
    assert round(found, 2) == figures.EFFECTIVE_PERCENT_PRINTED
    assert 100 * path_share(54, 19, 35) == pytest.approx(figures.PERCENT_FROM_19_TO_35)


def test_the_middle_is_the_narrowest_that_holds_the_share():
    for blocks in (9, 27, 54):
        low, high = central_lengths(blocks)
        assert low + high == blocks
        assert path_share(blocks, low, high) >= 0.95 > path_share(blocks, low + 1, high - 1)


@pytest.mark.parametrize("blocks", range(6))
def test_paths_are_counted_by_going_all_of_them(blocks):
    lengths = [sum(path) for path in product((0, 1), repeat=blocks)]
    assert path_counts(blocks) == tuple(lengths.count(k) for k in range(blocks + 1))
    for low, high in combinations_with_replacement(range(blocks + 1), 2):
        share = sum(low <= length <= high for length in lengths) / len(lengths)
        assert path_share(blocks, low, high) == share


def test_the_usual_share_is_95_per_cent():
    assert [central_lengths(blocks) for blocks in (1, 2, 4, 5)] == [(0, 1), (0, 2), (0, 4), (0, 5)]
    assert central_lengths(6) == (1, 5)  # 62 of 64 paths
    assert central_lengths(6, 62 / 64) == (1, 5)
    assert central_lengths(6, 0.97) == (0, 6)
