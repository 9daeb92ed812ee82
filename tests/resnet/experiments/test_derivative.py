"""The derivative, stacked: rows of a run, and what the lesson says of the kept ones."""

import pytest

from resnet.experiments.derivative import Settings, run
from resnet.experiments.registry import kept_record


def products(kind, norm, blocks):
    return of_block(kind, norm, blocks, 1, "product")


def of_fifty(kind, norm, block, field):
    return of_block(kind, norm, 50, block, field)


def of_block(kind, norm, blocks, block, field):
    """A number of a block, for each seed."""
    asked = {"kind": kind, "norm": norm, "blocks": blocks, "block": block}
    rows = kept_record("derivative")["rows"]
    return [row[field] for row in rows if asked.items() <= row.items()]


def test_rows_go_from_the_first_block_to_the_last_and_their_gains_multiply():
    *_, last = run(Settings(blocks=(2, 3), seeds=1))
    assert last.done == last.total == 8
    rows = [r for r in last.result if (r.kind, r.norm, r.blocks) == ("residual", "on", 3)]
    assert [row.block for row in rows] == [1, 2, 3]
    assert rows[0].product == pytest.approx(rows[0].gain * rows[1].gain * rows[2].gain)
    assert rows[2].product == rows[2].gain


def test_three_seeds_are_kept_of_each():
    for norm in ("on", "off"):
        for kind in ("plain", "residual"):
            assert [len(products(kind, norm, blocks)) for blocks in (2, 10, 50)] == [3, 3, 3]


def test_with_bn_the_plain_stack_explodes_and_the_residual_one_does_not():
    assert all(3e6 < product < 1.5e7 for product in products("plain", "on", 50))
    assert all(35 < product < 80 for product in products("residual", "on", 50))
    assert all(1.7 < gain < 2.4 for gain in of_fifty("residual", "on", 1, "gain"))
    assert all(0.9 < gain < 1.1 for gain in of_fifty("residual", "on", 50, "gain"))


def test_without_bn_it_is_the_other_way_round():
    assert all(product < 0.01 for product in products("plain", "off", 50))
    assert all(product > 1e7 for product in products("residual", "off", 50))


def test_the_relu_after_the_sum_takes_a_part_of_what_the_identity_hands_on():
    shares = of_fifty("residual", "on", 1, "gate")
    assert all(0.7 < share < 0.95 for share in shares)
