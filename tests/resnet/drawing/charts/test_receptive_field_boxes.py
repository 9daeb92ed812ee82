"""Receptive fields drawn around the image, to its scale."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet import ResNetSpec, trace
from resnet.counts.receptive_field import read_cell, receptive_fields
from resnet.drawing.charts.receptive_field_boxes import (
    SIDE,
    draw_cell_grid,
    draw_receptive_fields,
    window_around,
)
from tests.strategies import specs
from tests.svg import of_class


@settings(max_examples=40)
@given(specs(square=True), st.booleans())
def test_fields_of_any_network_are_drawn_around_the_image(spec, over_image):
    graph = trace(spec)
    found = receptive_fields(graph, *read_cell(graph))
    image = "data:image/png;base64,AA" if over_image else ""
    root = ElementTree.fromstring(draw_receptive_fields(graph, found, image))
    seen = window_around(spec.image_size, found)
    whole = (-0.5, -0.5, spec.image_size - 0.5, spec.image_size - 0.5)
    assert seen.holds(whole)
    assert len(of_class(root, "seen")) == sum(seen.holds(one.box) for one in found)
    assert len(of_class(root, "title")) == len(of_class(root, "centre")) == len(found)
    heights = [float(part.get("y")) for part in of_class(root, "title")]
    assert all(below - above >= 49 for above, below in pairwise(heights))
    assert len([*root.iter("image")]) == over_image


def test_a_box_is_drawn_to_the_scale_of_the_image():
    graph = trace(ResNetSpec())
    root = ElementTree.fromstring(draw_receptive_fields(graph, receptive_fields(graph, 3, 3)))
    image = float(of_class(root, "frame")[0].get("width"))
    drawn = [float(part.get("width")) * 224 / image for part in of_class(root, "seen")]
    assert drawn == pytest.approx([427, 267, 91, 35, 11], abs=0.1)
    assert max(drawn) * image / 224 == pytest.approx(SIDE, abs=0.1)


def test_a_field_far_beyond_the_image_leaves_the_image_in_sight():
    graph = trace(ResNetSpec.preset("cifar_resnet1202"))
    root = ElementTree.fromstring(draw_receptive_fields(graph, receptive_fields(graph, 3, 3)))
    assert float(of_class(root, "frame")[0].get("width")) == pytest.approx(SIDE / 2)
    assert any("5,597 px" in text.text for text in root.iter("text"))


def test_the_grid_has_a_button_for_every_cell():
    names = [
        b.get("data-name") for b in of_class(ElementTree.fromstring(draw_cell_grid(7)), "block")
    ]
    assert names == [f"{row}.{column}" for row in range(7) for column in range(7)]
