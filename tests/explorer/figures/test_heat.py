"""What the browser is told of a map: where its cells lie, without the zeros."""

import numpy as np
import pytest

from explorer.figures.heat import banded
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.pictures.overlay import row_weights


@pytest.mark.parametrize("name", ["resnet50", "cifar_resnet20"])
@pytest.mark.parametrize("placement", ["receptive-field", "conventional"])
def test_the_bands_are_the_rows_without_their_zeros(name, placement):
    graph = trace(ResNetSpec.preset(name))
    for stage in map(graph.stage, graph.spec.stage_names):
        cells = stage.out_shape[1]
        whole = row_weights(cells, stage, graph.spec.image_size, 384, placement)
        bands = banded(whole)
        first, weights = bands[:, 0].astype(int), bands[:, 1:]
        found = np.zeros_like(whole)
        np.put_along_axis(found, first[:, None] + np.arange(weights.shape[1]), weights, 1)
        assert np.array_equal(found, whole)
        assert weights.shape[1] <= min(cells, 8)
