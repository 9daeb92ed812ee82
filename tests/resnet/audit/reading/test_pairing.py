"""Two audits of the same images: paired by path, and what has become of each."""

from dataclasses import replace

import numpy as np
import pytest

from resnet.audit.reading.opened import Opened
from resnet.audit.reading.pairing import FATES, Pairing
from tests.resnet.audit.generated import write


@pytest.fixture(scope="module")
def pairing(tmp_path_factory) -> Pairing:
    folder = tmp_path_factory.mktemp("audits")
    return Pairing.of(*(Opened.at(write(folder / name, n, seed)) for name, n, seed in
                        (("a", 300, 0), ("b", 300, 1))))  # fmt: skip


def test_images_are_paired_by_their_paths(pairing):
    one = pairing.before.rows["path"].take(pairing.one).to_pylist()
    other = pairing.after.rows["path"].take(pairing.other).to_pylist()
    assert one == other
    assert len(one) == len({*one}) == 294  # six of each could not be read


def test_an_image_of_another_content_is_another(pairing):
    rows = pairing.after.rows
    place = int(pairing.other[0])
    hashes = rows["sha256"].to_pylist()
    hashes[place] = "f" * 64
    other = replace(
        pairing.after,
        rows=rows.set_column(rows.schema.get_field_index("sha256"), "sha256", [hashes]),
    )
    assert len(Pairing.of(pairing.before, other).one) == len(pairing.one) - 1


def test_every_image_has_one_fate_and_it_is_the_one_that_its_answers_say(pairing):
    counts = pairing.counts()
    assert sum(counts.values()) == len(pairing.one)
    assert [*counts] == [*FATES]
    assert min(counts[name] for name in ("mended", "broken", "kept")) > 0
    truth = pairing.before.truths[pairing.one]
    was = pairing.before.predicted[pairing.one]
    now = pairing.after.predicted[pairing.other]
    assert counts["mended"] - counts["broken"] == (now == truth).sum() - (was == truth).sum()
    for place, fate in enumerate(pairing.fates):
        expected = (
            "kept" if was[place] == now[place]
            else "broken" if was[place] == truth[place]
            else "mended" if now[place] == truth[place]
            else "moved"
        )  # fmt: skip
        assert fate == expected


def test_a_change_is_of_the_first_answers_margin(pairing):
    at = pairing.ordered("broken")
    assert np.all(pairing.changes[at] < 0)
    sizes = np.abs(pairing.changes[at])
    assert np.array_equal(sizes, np.sort(sizes)[::-1])
    kept = pairing.ordered("kept")[0]
    was, now = (
        audit.numbers("margin")[places[kept]]
        for audit, places in (
            (pairing.before, pairing.one), (pairing.after, pairing.other)
        )
    )  # fmt: skip
    assert pairing.changes[kept] == pytest.approx(now - was)
