"""Shares of a map by region are sums over the pixels that it is drawn on."""

import numpy as np
import pytest

from resnet.audit.images import regions
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.placement import PLACEMENTS, place


def test_usual_regions_are_44_25_and_25_percent():
    shares = {name: float(px.mean()) for name, px in regions.usual(224).items()}
    assert shares == pytest.approx({"border": 0.4375, "corners": 0.25, "centre": 0.25})


def test_a_box_counts_pixels_at_its_edge_by_what_is_in_it():
    box = regions.rectangle(4, 0.125, 0, 0.5, 1)
    assert box.tolist() == [[0.5, 1, 0, 0]] * 4


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_masses_add_up_to_what_is_drawn(placement):
    layer = trace(ResNetSpec.from_query("net=resnet18")).stage("layer4")
    cells = np.random.default_rng(0).random((7, 7), dtype=np.float32)
    pixels = regions.rectangle(224, 0.1, 0.3, 0.77, 0.5)
    drawn = place(cells, layer.centre, layer.jump, 224, placement)
    mass = regions.masses(pixels, (7, 7), layer, placement)
    assert np.vdot(cells, mass) == pytest.approx(float((drawn * pixels).sum()), rel=1e-5)
