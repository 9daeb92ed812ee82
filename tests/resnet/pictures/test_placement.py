"""A cell is drawn where it looks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from resnet import ResNetSpec, build, trace
from resnet.pictures.placement import place


@given(st.integers(1, 16), st.integers(4, 100))
def test_conventional_placement_is_half_pixel_bilinear(cells, size):
    rng = np.random.default_rng(cells * 1000 + size)
    values = rng.normal(size=(2, cells, cells)).astype(np.float32)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(values)[None], (size, size), mode="bilinear", align_corners=False
    )
    ours = place(values, 0, 1, size, "conventional")
    assert np.allclose(ours, theirs[0].numpy(), atol=1e-5)


def test_a_cell_peaks_on_its_own_centre():
    values = np.zeros((7, 7))
    values[2, 5] = 1
    placed = place(values, centre=0, jump=32, size=224)
    assert np.unravel_index(placed.argmax(), placed.shape) == (64, 160)
    assert placed[64, 160] == 1


def test_past_the_outer_cells_a_map_is_constant():
    placed = place([[1.0, 2.0], [3.0, 4.0]], centre=8, jump=16, size=64)
    assert (placed[:8, :8] == 1).all()
    assert (placed[24:, 24:] == 4).all()


def test_an_unknown_placement_is_refused():
    with pytest.raises(ValueError, match="receptive-field or conventional"):
        place([[1.0]], 0, 1, 8, "magic")


@pytest.mark.parametrize("name", ["resnet18", "cifar_resnet20"])
def test_a_cells_input_gradient_is_centred_where_the_graph_says(name):
    """The centroid of what one cell of the last stage depends on, measured by autograd."""
    spec = ResNetSpec.preset(name, image_size=256)
    graph, model = trace(spec), build(spec).eval()
    for parameter in model.parameters():
        torch.nn.init.constant_(parameter, 0.01 if parameter.ndim > 1 else 0.5)
    model.maxpool = torch.nn.AvgPool2d(3, 2, padding=1) if spec.stem != "cifar" else model.maxpool
    stage = graph.stages[-2]
    image = torch.ones(1, 3, 256, 256, requires_grad=True)
    features = dict(model.stages(image))[stage.name]
    cell = features.shape[-1] // 2
    (gradient,) = torch.autograd.grad(features[0, :, cell, cell].sum(), image)
    weight = gradient[0].sum((0, 1)).numpy().astype(np.float64)  # (W,)
    centroid = (weight * np.arange(256)).sum() / weight.sum()
    true, conventional = stage.centre + stage.jump * cell, (cell + 0.5) * stage.jump - 0.5
    # Strides of 2 weigh their window unevenly, so the centroid strays a little from the middle.
    assert abs(centroid - true) < 0.1 * stage.jump < abs(centroid - conventional)
