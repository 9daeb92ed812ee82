"""Where models come from: what tells them apart, what pages know of them, and what is kept."""

import pickle
from pathlib import Path

import pytest
import torch

from explorer.tasks.inputs import sources
from explorer.tasks.inputs.sources import Catalogued, Own, Untrained, classifier, described
from resnet import ResNetSpec
from resnet.weights.given.labels import GivenError
from resnet.weights.given.said import Said
from resnet.weights.reading.checkpoint import CheckpointError
from tests.checkpoints import resnet20

BUNDLED = Catalogued("shapes_resnet20")


@pytest.fixture(autouse=True)
def nothing_loaded():
    sources._loaded.clear()
    yield
    sources._loaded.clear()


@pytest.fixture
def own(tmp_path) -> Own:
    path = tmp_path / "0123"
    path.write_bytes(resnet20())
    return Own(path, "mine.pth", "0123")


def test_what_a_page_knows_has_all_but_the_weights():
    whole, known = classifier(BUNDLED, "cpu"), described(BUNDLED, "cpu")
    assert len(pickle.dumps(known)) < 100_000
    for name in ("name", "title", "labels", "transform", "family", "sha256", "spec", "assumed"):
        assert getattr(known, name) == getattr(whole, name)
    assert known.layers == whole.layers
    assert torch.equal(known.biases, whole.biases)
    assert known.model.conv1.weight.is_meta
    assert not whole.model.conv1.weight.is_meta
    assert [*known.model.state_dict()] == [*whole.model.state_dict()]


def test_a_file_is_read_as_its_owner_says_and_shares_its_weights(own, tmp_path):
    labels = tmp_path / "labels"
    labels.write_text("cat\ndog\nbird\nfish\n")
    said = Own(own.path, own.name, own.sha256, Said(crop="48", labels=labels, labels_name="l.txt"))
    assert said.key != own.key
    bare, named = classifier(own, "cpu"), classifier(said, "cpu")
    assert (named.labels, named.transform.crop) == (("cat", "dog", "bird", "fish"), 48)
    assert named.model is bare.model
    sources.judge(said)


@pytest.mark.parametrize(
    ("data", "said", "error"),
    [(b"nothing", Said(), CheckpointError), (None, Said(crop="99999"), GivenError)],
)
def test_what_cannot_be_used_is_judged_and_not_kept(own, data, said, error):
    if data is not None:
        own.path.write_bytes(data)
    with pytest.raises(error):
        sources.judge(Own(own.path, own.name, own.sha256, said))
    assert not sources._loaded._kept


def test_sources_are_values():
    every = BUNDLED, Own(Path("a"), "a.pth", "0"), Untrained(ResNetSpec())
    for source in every:
        again = pickle.loads(pickle.dumps(source))
        assert (again, again.key, hash(again)) == (source, source.key, hash(source))
    assert len({source.key for source in every}) == 3
