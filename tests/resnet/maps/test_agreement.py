"""Which methods agree, and by how much."""

import numpy as np
import pytest
import torch
from PIL import Image

from resnet import load_classifier
from resnet.maps.agreement import agreement, awareness
from resnet.model.progress import last
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, scene


def test_at_the_last_stage_three_methods_agree_to_rounding_and_two_do_not(model, image):
    rows = {(row.layer, row.one, row.other): row for row in agreement(model, image, 2)}
    for other in ("gradcam", "hirescam"):
        row = rows["layer4", "cam", other]
        assert row.difference <= 1e-5 * row.full
    for other in ("layercam", "gradcam++"):
        row = rows["layer4", "cam", other]
        assert row.difference > 0.1 * row.full


def test_before_the_last_stage_gradcam_and_hirescam_differ(basic):
    wide = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    rows = [r for r in agreement(basic, wide, 2) if r.one == "gradcam"]
    assert [row.layer for row in rows] == ["layer1", "layer2", "layer3", "layer4"]
    assert all(row.difference > 0.01 * row.full for row in rows[:2])


def test_guided_backpropagation_hardly_sees_the_class_and_gradcam_does():
    classifier = load_classifier("shapes_resnet20")
    drawn = scene(HELD_OUT_SEEDS[900_002], objects=2)
    image = classifier.transform.tensor(Image.fromarray(drawn.image))[None]
    found = last(awareness(classifier.model, image, *drawn.labels, "layer3"))
    likeness = {row.method: row.rank_correlation for row in found}
    assert likeness["guided"] > 0.8
    assert likeness["gradcam"] < 0
    row = found[-1]
    assert row.correlation == pytest.approx(np.corrcoef(*(m.ravel() for m in row.maps))[0, 1])
