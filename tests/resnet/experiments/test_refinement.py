"""The experiment of iterative refinement: its rows, and what is kept of it."""

from statistics import mean

import pytest

from explorer.lessons.more.directions import FOUND
from resnet.experiments.refinement import Settings, run
from resnet.experiments.registry import kept_records
from resnet.maps.answers import ExplainError
from resnet.model.progress import last


def rows_of(net):
    """The kept rows of a network, or of one that was trained from another seed."""
    records = kept_records("refinement")
    return [row for record in records for row in record["rows"] if row["net"] == net]


def test_a_run_has_every_block_that_keeps_the_shape():
    rows = last(run(Settings(nets=("digits_residual20",), images=5)))
    assert [(row.block, row.number) for row in rows] == [
        ("layer1.0", 1), ("layer1.1", 2), ("layer1.2", 3), ("layer2.1", 5), ("layer2.2", 6),
        ("layer3.1", 8), ("layer3.2", 9),
    ]  # fmt: skip
    assert all(row.low <= row.cosine <= row.high for row in rows)
    assert [round(row.chance**-2) for row in rows] == 3 * [512] + 2 * [256] + 2 * [128]


def test_a_plain_network_is_one_message():
    with pytest.raises(ExplainError, match="no shortcuts"):
        last(run(Settings(nets=("digits_plain20",), images=5)))


def stages_of(net):
    """The rows of its first stage, and of its last."""
    return [
        [row for row in rows_of(net) if row["block"].startswith(stage)]
        for stage in ("layer1", "layer3")
    ]


@pytest.mark.parametrize("seed", ["", "_seed1.safetensors", "_seed2.safetensors"])
def test_the_last_stage_of_the_digit_nets_refines_and_the_first_hardly_does(seed):
    for depth, low, high in ((20, 0.23, 0.25), (56, 0.14, 0.14), (110, 0.09, 0.09)):
        first, end = stages_of(f"digits_residual{depth}{seed}")
        cosine = mean(row["cosine"] for row in end)
        assert low - 0.005 < cosine < high + 0.005
        assert min(row["positive"] for row in end) > 0.65
        assert abs(mean(row["other"] for row in end)) < 0.03
        assert 0.005 < mean(row["cosine"] for row in first) < 0.03
        assert cosine > 3 * mean(row["cosine"] for row in first)
    for said in ("0.23 to 0.25 at 20 layers", "0.14 at 56", "0.09 at 110", "three seeds"):
        assert said in FOUND


def test_on_shapes_only_the_last_block_does():
    *others, last_block = rows_of("shapes_resnet20")
    assert last_block["cosine"] > 0.2
    assert all(abs(row["cosine"]) < 0.01 for row in others)
