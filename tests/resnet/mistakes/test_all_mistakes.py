"""Every mistake is whole, and says of the files of others what they are."""

import re

import torch

from resnet.mistakes.all_mistakes import MISTAKES, TOPICS
from resnet.weights.catalogue import catalogue
from tests.conftest import ROOT


def test_every_mistake_is_complete_and_every_program_belongs_to_one():
    for mistake in MISTAKES.values():
        assert 0 <= mistake.answer < len({*mistake.choices}) == 3
        assert mistake.wrong != mistake.right
        assert len((mistake.rule + mistake.elsewhere).split()) <= 60
    stems = sorted(name.replace("-", "_") for name in MISTAKES)
    for side in ("wrong", "right"):
        assert sorted(path.stem for path in (ROOT / "resnet/mistakes" / side).glob("*.py")) == stems
    assert sum(len(mistakes) for _, mistakes in TOPICS.values()) == len(MISTAKES) == 30


def test_the_answers_are_not_all_in_one_place():
    places = [mistake.answer for mistake in MISTAKES.values()]
    assert all(5 <= places.count(place) <= 16 for place in range(3))


def test_what_checkpoints_say_of_themselves(reference):
    """Quoted on the card of best_prec1, beside the errors of the README."""
    said = MISTAKES["best_prec1"].elsewhere
    for name, depth in (("12fca82f", 20), ("d509ac18", 32), ("014dd654", 44)):
        found = torch.load(reference / "cifar10" / f"resnet{depth}-{name}.th", map_location="cpu")
        assert f"{float(found['best_prec1']):.2f}" in said
        error = float(re.search(r"\d+\.\d+", str(catalogue()[f"cifar10_resnet{depth}"].note))[0])
        assert f"{100 - error:.2f}" in said


def test_zeros_at_the_end_also_hurt_the_networks_of_others(reference):
    """The card quotes a thousand images; here are the ten that the reference has."""
    from PIL import Image

    from resnet import load_classifier

    path = reference / "cifar10" / "resnet20-12fca82f.th"
    classifier = load_classifier(str(path))
    images = sorted((reference / "cifar10").glob("*.png"))
    transform = catalogue()["cifar10_resnet20"].transform
    batch = torch.stack([transform.tensor(transform.view(Image.open(path))) for path in images])
    truth = torch.tensor([int(path.stem[-1]) for path in images])

    def hits():
        with torch.no_grad():
            return int((classifier.model(batch).argmax(1) == truth).sum())

    assert hits() == 10
    for stage in (classifier.model.layer2, classifier.model.layer3):
        shortcut = stage[0].downsample
        shortcut.before, shortcut.after = 0, shortcut.before + shortcut.after
    assert hits() <= 5
