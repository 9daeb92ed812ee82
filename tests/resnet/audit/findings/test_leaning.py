"""Which class leans on one place: by rows that are made here, whose truth is known."""

from dataclasses import astuple

import numpy as np
import pyarrow as pa
import pytest

from resnet.audit.findings.leaning import COLUMNS, EVEN, SHARE, TIMES, Leaning, Seen, leanings
from resnet.audit.running.rows import SCHEMA
from resnet.network.graph import Graph
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.placement import place

CELLS = 4
SIDE = 16


def network() -> Graph:
    """Its last stage has 4×4 cells on 16 pixels."""
    return trace(ResNetSpec.of_depth(8, "cifar", image_size=SIDE))


def table(predicted, maps, channels, contributions, embedding) -> pa.Table:
    schema = pa.schema([SCHEMA.field(name) for name in COLUMNS])
    columns = predicted, channels, contributions, embedding.astype(np.float16), maps
    lists = [each if np.ndim(each) == 1 else list(each) for each in columns]
    return pa.table(dict(zip(COLUMNS, lists, strict=True)), schema=schema)


def drawn(seed: int = 0, n: int = 120, classes: int = 3, channels: int = 6) -> dict:
    """Answers whose evidence lies about the middle; each class has a channel of its own."""
    rng = np.random.default_rng(seed)
    predicted = np.arange(n) % classes
    maps = rng.normal(-1, 0.1, (n, CELLS, CELLS)).astype(np.float32)
    maps[:, 1:3, 1:3] += rng.uniform(1, 3, (n, 2, 2))
    embedding = rng.uniform(0.4, 0.6, (n, channels))
    embedding[np.arange(n), predicted] += 1
    weights = np.ones((classes, channels))
    parts = embedding * weights[predicted]
    named = np.argsort(-parts, axis=1)[:, :4].astype(np.int32)
    return {
        "predicted": predicted,
        "maps": maps,
        "channels": named,
        "contributions": np.take_along_axis(parts, named, 1).astype(np.float32),
        "embedding": embedding,
    }


SEEN = Seen(10, SIDE, (CELLS, CELLS), network().stage("layer3"), "conventional")


def rows(answers: dict) -> pa.Table:
    return table(**answers | {"maps": answers["maps"].reshape(len(answers["maps"]), -1)})


def read(answers: dict) -> tuple[Leaning, ...]:
    return leanings([rows(answers)], SEEN)


def tagged(answers: dict, target: int, strength: float, row: int = 0, column: int = 3) -> dict:
    """The same with evidence in one cell of one class's maps."""
    maps = answers["maps"].copy()
    maps[answers["predicted"] == target, row, column] = strength
    return answers | {"maps": maps}


@pytest.mark.parametrize("seed", range(5))
def test_without_a_tag_nothing_is_suspect(seed):
    found = read(drawn(seed))
    assert [one.target for one in found] == [0, 1, 2]
    assert [one.images for one in found] == [40] * 3
    assert not any(one.suspect for one in found)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_a_tag_is_named_by_its_class_and_its_place(row, column):
    found = read(tagged(drawn(), 1, 4, row, column))
    assert [one.target for one in found if one.suspect] == [1]
    assert (found[1].row, found[1].column) == (row, column)
    assert found[1].share > SHARE > 2 * found[1].others


def test_what_every_class_has_there_is_no_tag_of_one():
    answers = drawn()
    for target in range(3):
        answers = tagged(answers, target, 8)
    assert not any(one.suspect for one in read(answers))


def test_the_rule_asks_for_both_more_than_twice_an_even_share_and_thrice_the_others():
    one = Leaning(0, 9, 0, 0, SHARE + 0.01, (SHARE + 0.01) / TIMES - 0.001, -1, 0.0)
    assert EVEN == 1 / 16
    assert one.suspect
    for share, others in ((SHARE, 0.0), (0.3, 0.11)):
        assert not Leaning(0, 9, 0, 0, share, others, -1, 0.0).suspect


def test_shares_are_those_of_the_map_as_it_is_drawn():
    answers = tagged(drawn(), 0, 4)
    (own, *others) = read(answers)
    stage = network().stage("layer3")
    positive = np.maximum(answers["maps"], 0)
    pixels = place(positive, stage.centre, stage.jump, SIDE, "conventional")
    shares = pixels[:, :4, 12:].sum((1, 2)) / pixels.sum((1, 2))
    means = [shares[answers["predicted"] == k].mean() for k in range(3)]
    assert own.share == pytest.approx(means[0], rel=1e-3)
    assert own.others == pytest.approx(np.mean(means[1:]), rel=1e-3)
    assert not any((one.row, one.column) == (0, 3) for one in others)


def test_the_channel_is_the_one_of_the_class_and_not_the_strongest_of_all():
    answers = drawn()
    answers["embedding"][:, 5] += 9  # strong for every class alike
    parts = answers["embedding"]
    named = np.argsort(-parts, axis=1)[:, :4].astype(np.int32)
    answers |= {"channels": named, "contributions": np.take_along_axis(parts, named, 1)}
    found = read(answers)
    assert [one.channel for one in found] == [0, 1, 2]
    mine = answers["embedding"][answers["predicted"] == 0, 0]
    assert found[0].contribution == pytest.approx(mine.mean(), rel=1e-3)


def test_without_channels_there_is_a_place_all_the_same():
    answers = drawn()
    none = np.empty((len(answers["predicted"]), 0))
    answers |= {"channels": none.astype(np.int32), "contributions": none, "embedding": none}
    found = read(tagged(answers, 2, 4))
    assert [one.target for one in found if one.suspect] == [2]
    assert {(one.channel, one.contribution) for one in found} == {(-1, 0.0)}


def test_classes_of_few_images_and_files_that_were_not_read_say_nothing():
    assert read(drawn(n=20, classes=5)) == ()
    whole = rows(drawn())
    nulls = {name: pa.nulls(3, whole.schema.field(name).type) for name in COLUMNS}
    broken = pa.table(nulls, schema=whole.schema)
    assert leanings([pa.concat_tables([whole, broken])], SEEN) == leanings([whole], SEEN)
    assert leanings([broken, whole, broken], SEEN) == leanings([whole], SEEN)
    assert leanings([whole.slice(0, 0)], SEEN) == leanings([], SEEN) == ()


def test_rows_in_parts_say_what_they_say_together():
    whole = rows(tagged(drawn(), 1, 4))
    parts = [whole.slice(first, 7) for first in range(0, len(whole), 7)]
    for one, other in zip(leanings(parts, SEEN), leanings([whole], SEEN), strict=True):
        assert astuple(one) == pytest.approx(astuple(other))


def test_one_class_alone_has_nothing_to_be_held_against():
    assert read(drawn(classes=1)) == ()


def test_a_model_without_maps_leans_nowhere():
    assert leanings([rows(drawn())], SEEN._replace(cells=())) == ()
