"""Answers before and after an edit are the model's own, and so are the controls'."""

import gc
from weakref import ref

import numpy as np
import pytest
import torch
from PIL import Image

from resnet import ResNetSpec, load_classifier
from resnet.edits.asking import ask_again, forwards
from resnet.edits.boxes import Box
from resnet.edits.changes import Picture, mean_colour
from resnet.edits.edit import battery, blur, erase, grey, patch
from resnet.edits.effects import Effect, Effects
from resnet.maps.answers import ExplainError
from resnet.maps.explain import explain
from resnet.model.progress import last
from resnet.pictures.transform import Transform
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.classifiers.residual_classifier import untrained
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier

BOX = Box(0.25, 0.25, 0.5, 0.5)


@pytest.fixture(scope="module")
def shapes():
    return load_classifier("shapes_resnet20")


@pytest.fixture(scope="module")
def drawn():
    return scene(seed=5)


@pytest.fixture(scope="module")
def image(drawn):
    return Image.fromarray(drawn.image)


@torch.inference_mode()
def logits(classifier, view: Image.Image) -> torch.Tensor:
    return classifier.model(classifier.transform.tensor(view)[None])[0]


def test_before_after_and_controls_are_forwards_of_the_views(shapes, image):
    edit = erase(Box(0, 0, 0.25, 0.25), mean_colour(shapes.transform))
    (edited,) = last(ask_again(shapes, image, [edit], target=3, controls=3, seed=7))
    view = shapes.transform.view(image)
    for answer, shown in ((edited.before, view), (edited.after, edit(view))):
        expected = logits(shapes, shown)
        assert answer.standing.logit == pytest.approx(float(expected[3]), abs=1e-4)
        assert answer.best.index == int(expected.argmax())
        assert np.array_equal(answer.view, shown)
        bias = float(shapes.biases[3])
        assert answer.values.sum() + bias == pytest.approx(answer.standing.logit, abs=1e-4)
    others = [float(logits(shapes, each(view))[3]) for each in edit.controls(64, 3, seed=7)]
    assert [each.logit for each in edited.controls] == pytest.approx(others, abs=1e-4)
    assert edited.change == edited.after.standing.logit - edited.before.standing.logit
    bigger = sum(abs(each - edited.before.standing.logit) < abs(edited.change) for each in others)
    assert edited.beyond == bigger


def test_without_a_class_it_is_the_most_probable_one_of_the_untouched_view(shapes, image, drawn):
    said = explain(shapes, [image])
    (edited,) = last(ask_again(shapes, image, [grey()]))
    assert edited.before.standing.index == edited.after.standing.index == int(said.targets[0])
    assert np.allclose(edited.before.values, said.maps[0].numpy(), atol=1e-5)


def test_what_changes_nothing_changes_no_number(shapes, image):
    same = patch(Box(0, 0, 1, 1), Picture(shapes.transform.view(image)))
    (edited,) = last(ask_again(shapes, image, [same]))
    assert (edited.change, edited.margin_change, edited.flipped) == (0, 0, False)
    assert np.array_equal(edited.before.values, edited.after.values)


def test_evidence_is_shared_between_an_area_and_the_rest(shapes, image):
    inside, whole = erase(BOX, mean_colour(shapes.transform)), blur()
    one, other = last(ask_again(shapes, image, [inside, whole]))
    assert 0 < one.before.evidence < 1
    assert one.area == 0.25
    assert other.before.evidence == pytest.approx(1)
    assert other.area == 1


def test_the_object_matters_more_than_the_same_area_elsewhere(shapes, image, drawn):
    rows, columns = (np.flatnonzero(drawn.masks[0].any(axis)) / 64 for axis in (1, 0))
    box = Box(columns[0], rows[0], np.ptp(columns) + 1 / 64, np.ptp(rows) + 1 / 64)
    edit = erase(box, mean_colour(shapes.transform))
    (edited,) = last(ask_again(shapes, image, [edit], target=int(drawn.labels[0]), controls=20))
    assert len(edited.controls) == 20
    assert edited.beyond >= 19
    assert edited.change < min(edited.control_changes) / 2
    assert edited.before.evidence > 2 * edited.area


def test_a_target_by_name_a_layer_and_a_method(shapes, image):
    asked = {"target": "star", "layer": "layer2", "method": "hirescam"}
    (edited,) = last(ask_again(shapes, image, [grey()], controls=0, **asked))
    said = explain(shapes, [image], "star", "layer2", "hirescam")
    assert edited.before.standing.label == "star"
    assert np.allclose(edited.before.values, said.maps[0].numpy(), atol=1e-5)


@pytest.mark.parametrize("wrong", [{"target": "cat"}, {"layer": "layer9"}, {"method": "guess"}])
def test_what_cannot_be_asked_is_refused(shapes, image, wrong):
    with pytest.raises(ExplainError):
        last(ask_again(shapes, image, [grey()], **wrong))


def test_it_tells_how_far_it_is_and_how_many_forwards_that_takes(shapes, image):
    steps = [*ask_again(shapes, image, battery(), controls=2)]
    assert [(step.done, step.total) for step in steps] == [(n, 8) for n in range(1, 9)]
    assert [len(step.result) for step in steps] == [*range(1, 9)]
    asked = 1 + sum(1 + len(each.controls) for each in steps[-1].result)
    assert forwards(battery(), 64, controls=2) == asked == 1 + 5 * 3 + 3


class Redness(torch.nn.Module):
    """Two classes: how red a picture is, and how green."""

    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 2, bias=False)
        self.fc.weight.data = torch.eye(2, 3)

    def forward(self, images):
        return self.fc(images.mean((2, 3)))


def test_a_family_without_maps_tells_its_logits_alone(image):
    see = Transform(16, 16, (0, 0, 0), (1, 1, 1))
    vit = TorchvisionClassifier("vit_b_16", "T", Redness(), ("red", "green"), see, "", "", ())
    tag = battery()[1]
    (edited,) = last(ask_again(vit, Image.new("RGB", (16, 16)), [tag], "red", controls=5))
    assert edited.after.values is None
    assert edited.before.evidence == edited.after.evidence == 0
    assert edited.change == pytest.approx(4 / 256)  # two pixels by two of sixteen by sixteen
    assert edited.control_changes == pytest.approx([4 / 256] * 5)
    assert edited.beyond == 0


def test_a_grey_model_sees_edits_in_grey():
    network = untrained(ResNetSpec.preset("cifar_resnet20", in_channels=1, image_size=16))
    white = Image.new("RGB", (16, 16), "white")
    edit = erase(BOX, mean_colour(network.transform))
    (edited,) = last(ask_again(network, white, [edit], target=0, controls=2))
    assert edited.change != 0


def test_effects_over_photographs_are_means(shapes):
    photos = [Image.fromarray(scene(seed=seed).image) for seed in (1, 2, 3)]
    edits = [erase(BOX, mean_colour(shapes.transform)), grey()]
    answers = [last(ask_again(shapes, photo, edits, controls=0)) for photo in photos]
    rows = [each for answer in answers for each in answer]
    erased, greyed = summed(*answers)
    assert (erased.edit, greyed.edit, erased.photos) == ("erase", "grey", 3)
    mine = [row for row in rows if row.edit.name == "erase"]
    assert erased.logit == pytest.approx(np.mean([row.change for row in mine]))
    assert erased.flipped == pytest.approx(np.mean([row.flipped for row in mine]))
    assert (erased.controls, erased.beyond) == (None, None)
    (own,) = alone = last(ask_again(shapes, photos[0], edits[:1], controls=4))
    (effect,) = summed(alone)
    assert effect.controls == pytest.approx(np.mean(own.control_changes))
    assert effect.beyond == own.beyond / 4
    assert summed() == ()


def test_what_is_summed_up_is_let_go(shapes, image):
    found = Effects()
    for _ in range(2):
        (edited,) = answers = last(ask_again(shapes, image, [grey()], controls=0))
        found.add(answers)
    (view, values) = map(ref, (edited.after.view, edited.after.values))
    del edited, answers
    gc.collect()
    assert (view(), values()) == (None, None)
    assert found.rows[0].photos == 2


def summed(*answers) -> tuple[Effect, ...]:
    found = Effects()
    for answer in answers:
        found.add(answer)
    return found.rows
