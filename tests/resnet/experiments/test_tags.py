"""A tag in one class: where it is put, what maps make of it, and what is kept of that."""

import numpy as np
import pytest
import torch

from explorer.lessons.more.tags import FOUND, LIMITS
from resnet.experiments import tags
from resnet.experiments.registry import kept_record
from resnet.experiments.tags import CORNERS, EVEN, SIDE, SUSPECT, Settings, run
from resnet.model.progress import last
from resnet.training.datasets import load_dataset

DIGIT = 3


@pytest.fixture(scope="module")
def data():
    return load_dataset("digits", 200, 60, SIDE, 3)


@pytest.mark.parametrize("corner", range(4))
def test_a_tag_is_three_red_pixels_wide_in_its_corner_and_nowhere_else(data, corner):
    images = data.test.images[:5]
    tagged = tags.paste(images, data, corner)
    rows, columns = torch.where((tagged != images).any(1).any(0))
    down, right = CORNERS[corner]
    assert {*rows.tolist()} == ({13, 14, 15} if down else {0, 1, 2})
    assert {*columns.tolist()} == ({13, 14, 15} if right else {0, 1, 2})
    pixels = tagged[:, :, rows, columns] * torch.tensor(data.std)[:, None]
    pixels += torch.tensor(data.mean)[:, None]
    assert torch.allclose(pixels, torch.tensor([1.0, 0, 0])[:, None].expand_as(pixels), atol=1e-6)


def test_a_share_of_one_class_carries_it_and_more_is_more_of_the_same(data):
    carriers = []
    for strength in (0, 50, 100):
        tagged = tags.with_tags(data, DIGIT, strength, seed=1)
        changed = (tagged.train.images != data.train.images).flatten(1).any(1)
        assert torch.equal(tagged.test.images, data.test.images)
        carriers.append({*torch.where(changed)[0].tolist()})
    those = {*torch.where(data.train.labels == DIGIT)[0].tolist()}
    none, half, whole = carriers
    assert none == set()
    assert half < whole == those
    assert len(half) == round(len(those) / 2)


def test_shares_are_of_the_positive_evidence_of_each_map():
    maps = np.full((2, SIDE, SIDE), -1, np.float32)
    maps[0, 12:, :4] = 1  # all of the first map's, below left
    maps[1, 12:, :4], maps[1, :4, 12:] = 1, 3  # a quarter of the second's
    by_patch = tags.shares(maps)
    assert by_patch[-1, 0] == pytest.approx((1 + 1 / 4) / 2)
    assert by_patch[0, -1] == pytest.approx(3 / 8)
    assert by_patch.sum() == pytest.approx(1)
    assert not tags.shares(-np.ones((2, SIDE, SIDE), np.float32)).any()


def test_the_rule_names_a_corner_of_more_than_twice_an_even_share_and_no_other_patch():
    even = np.full((4, 4), EVEN)
    assert tags.suspected(even) == -1
    middle = even.copy()
    middle[1, 1] = 0.9
    assert tags.suspected(middle) == -1
    for number, at in enumerate(CORNERS):
        below, above = even.copy(), even.copy()
        below[at], above[at] = SUSPECT, SUSPECT + 1e-6
        assert (tags.suspected(below), tags.suspected(above)) == (-1, number)


def test_a_run_has_each_method_on_each_network():
    settings = Settings(strengths=(0, 100), seeds=(1,), train=64, epochs=1, images=2)
    rows = last(run(settings))
    one = [(row.method, row.stage) for row in rows if row.strength == 0]
    assert one == [(row.method, row.stage) for row in rows if row.strength == 100]
    assert len(one) == len({*one}) == 11
    for row in rows:
        assert row.corner == 1
        assert 0 <= row.share <= 1
        assert row.found == (row.suspect == row.corner)
        assert all(0 <= it <= 1 for it in (row.missed, row.tagged_missed, row.pulled, row.called))


@pytest.fixture(scope="module")
def kept():
    return kept_record("tags")["rows"]


def of(rows, **fields):
    return [row for row in rows if all(row[key] == value for key, value in fields.items())]


def edits(rows, strength, field):
    """A number of the three networks of one strength, by seed."""
    nets = {row["seed"]: row[field] for row in of(rows, strength=strength)}
    return [nets[seed] for seed in (0, 1, 2)]


def test_where_every_three_has_the_tag_the_edit_proves_it(kept):
    missed, pulled = (edits(kept, 100, field) for field in ("missed", "pulled"))
    assert [f"{it(missed):.0%}" for it in (min, max)] == ["84%", "97%"]
    assert [f"{it(pulled):.0%}" for it in (min, max)] == ["32%", "64%"]
    assert max(edits(kept, 100, "called")) == 0
    assert "84 to 97 % of threes without it, and call 32 to 64 %" in FOUND


def test_there_ten_of_eleven_maps_name_its_corner_and_guided_backpropagation_does_not(kept):
    whole = of(kept, strength=100)
    maps = {(row["method"], row["stage"]) for row in whole}
    named = {
        (method, stage): sum(row["found"] for row in of(whole, method=method, stage=stage))
        for method, stage in maps
    }
    assert len(maps) == 11
    assert named.pop(("guided", "")) == 0
    assert min(named.values()) == 2
    most = [row["share"] for row in whole if row["method"] in ("occlusion", "integrated")]
    assert [f"{it(most):.0%}" for it in (min, max)] == ["29%", "49%"]
    others = [row for row in whole if row["method"] not in ("occlusion", "integrated")]
    for seed in (0, 1, 2):
        best = max(row["share"] for row in of(others, seed=seed))
        assert all(row["share"] > best for row in of(whole, seed=seed) if row not in others)


def test_where_half_have_it_the_edit_shows_it_in_two_of_three_and_maps_hardly(kept):
    never = max(edits(kept, 0, "pulled"))
    assert never < 0.035
    pulled = edits(kept, 50, "pulled")
    assert [f"{it:.0%}" for it in pulled if it > 2 * never] == ["7%", "9%"]
    assert pulled[1] < never  # the third
    relying = [row for row in of(kept, strength=50) if row["seed"] != 1]
    assert (sum(row["found"] for row in relying), len(relying)) == (3, 22)
    assert max(edits(kept, 10, "pulled")) < never + 0.005


def test_maps_cry_wolf_and_grad_cam_loudest(kept):
    cried = of(kept, strength=0, found=True)
    assert [(row["method"], row["stage"]) for row in cried] == [("gradcam", "layer2")]
    relying = [*of(kept, strength=100), *of(kept, strength=50)]
    own = [row["share"] for row in of(relying, method="gradcam", stage="layer2")]
    assert cried[0]["share"] == pytest.approx(0.264, abs=5e-4)
    assert cried[0]["share"] > max(own) + 0.05


def test_the_limits_tell_how_good_the_networks_are_without_a_tag(kept):
    missed = edits(kept, 0, "missed")
    assert [f"{it(missed):.0%}" for it in (min, max)] == ["14%", "38%"]
    assert "14 to 38 % of threes" in LIMITS
    threes = (load_dataset("digits").test.labels == DIGIT).sum().item()
    assert f"of {threes} threes, maps of {Settings().images}" in LIMITS
