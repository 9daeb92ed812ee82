"""Every measure against its definition, written out for one image after the other."""

import numpy as np
import pytest
import torch

from resnet.audit.images.regions import rectangle
from resnet.audit.running.measures import Measuring
from resnet.maps.answers import Survey
from resnet.maps.explain import explain
from resnet.pictures.placement import place
from resnet.training.samples import samples

BOX = (0.2, 0.1, 0.7, 0.6)


@pytest.fixture(scope="module")
def images():
    return [one.image for one in samples("shapes").values()][:4]


@pytest.fixture(scope="module")
def columns(shapes, images):
    batch = torch.stack([shapes.transform.tensor(shapes.transform.view(i)) for i in images])
    side = shapes.transform.crop
    boxes = [None, rectangle(side, *BOX), None, rectangle(side, 0, 0, 1, 1)]
    return Measuring(shapes).columns(shapes.survey(batch, "fp32"), np.array([0, 3, -1, 99]), boxes)


def test_answers_are_those_of_explain(shapes, images, columns):
    told = explain(shapes, images)
    for i in range(len(images)):
        top = told.top(i)
        assert columns["top_classes"][i].tolist() == [p.index for p in top]
        assert columns["top_probabilities"][i] == pytest.approx([p.probability for p in top])
        assert columns["margin"][i] == pytest.approx(top[0].logit - top[1].logit, abs=1e-5)
        p = told.logits[i].double().softmax(0)
        assert columns["entropy"][i] == pytest.approx(float(-(p * p.log()).sum()), abs=1e-5)
        assert columns["map"][i] == pytest.approx(told.maps[i].flatten().numpy(), abs=1e-6)


def test_a_truth_that_is_no_class_is_none(shapes, images, columns):
    told = explain(shapes, images)
    assert columns["truth"].tolist() == [0, 3, -1, -1]
    assert np.isnan(columns["loss"][2:]).all()
    for i, truth in enumerate((0, 3)):
        entropy = torch.nn.functional.cross_entropy(told.logits[i], torch.tensor(truth))
        assert columns["loss"][i] == pytest.approx(float(entropy), abs=1e-5)
        assert columns["truth_logit"][i] == pytest.approx(float(told.logits[i, truth]), abs=1e-5)


def test_places_are_those_of_the_pixels_that_are_drawn(shapes, columns):
    layer, side = shapes.layers[-1], shapes.transform.crop
    middles = (np.arange(side) + 0.5) / side
    for i, cells in enumerate(columns["map"]):
        positive = np.maximum(cells, 0).reshape(layer.out_shape[1:])
        drawn = place(positive, layer.centre, layer.jump, side).astype(np.float64)
        edge = side // 8
        inner = drawn[edge:-edge, edge:-edge].sum()
        assert columns["border"][i] == pytest.approx(1 - inner / drawn.sum(), abs=1e-4)
        assert columns["map_x"][i] == pytest.approx(
            (drawn.sum(0) @ middles) / drawn.sum(), abs=1e-4
        )
        assert columns["map_y"][i] == pytest.approx(
            (drawn.sum(1) @ middles) / drawn.sum(), abs=1e-4
        )


def test_a_box_is_measured_where_there_is_one(columns):
    assert np.isnan(columns["box"]).tolist() == [True, False, True, False]
    assert 0 < columns["box"][1] < 1
    assert columns["box"][3] == pytest.approx(1, abs=1e-5)


def test_at_the_last_stage_map_and_bias_are_the_logit(columns):
    assert np.abs(columns["gap"]).max() < 1e-5


def test_channels_are_the_largest_terms_of_the_logit(shapes, columns):
    weight, bias = shapes.model.fc.weight.numpy(), shapes.model.fc.bias.numpy()
    for i, predicted in enumerate(columns["predicted"]):
        terms = columns["embedding"][i].astype(np.float64) * weight[predicted]
        assert terms.sum() + bias[predicted] == pytest.approx(columns["logit"][i], abs=0.02)
        largest = np.sort(np.abs(terms))[::-1][:8]
        assert np.abs(columns["contributions"][i]) == pytest.approx(largest, abs=0.01)
        assert columns["contributions"][i] == pytest.approx(terms[columns["channels"][i]], abs=0.01)


@pytest.mark.parametrize(
    ("cells", "share"), [([8, 0, 0, 0], 1 / 8), ([1, 1, 1, 1], 1 / 2), ([3, 1, 0, -9], 1 / 6)]
)
def test_half_area_is_what_holds_half_of_the_evidence(shapes, cells, share):
    maps = torch.tensor(cells, dtype=torch.float32).repeat_interleave(64).reshape(1, 16, 16)
    answer = Survey(maps, torch.zeros(1, 10), torch.tensor([0]), torch.zeros(1, 64))
    found = Measuring(shapes).columns(answer, np.array([-1]), [None])
    assert found["half_area"] == pytest.approx([share])


def test_a_map_without_positive_evidence_is_nowhere(shapes):
    answer = Survey(
        -torch.ones(1, 16, 16), torch.zeros(1, 10), torch.tensor([0]), torch.ones(1, 64)
    )
    found = Measuring(shapes).columns(answer, np.array([-1]), [rectangle(64, 0, 0, 1, 1)])
    for name in ("border", "corners", "centre", "box", "map_x", "map_y", "half_area"):
        assert np.isnan(found[name]).all()
