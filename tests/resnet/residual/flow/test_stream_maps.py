"""The stream's small maps are what leaves the blocks, averaged."""

import pytest
import torch

from resnet import ResNetSpec, build
from resnet.residual.flow.stream_maps import smaller, stream_maps
from resnet.weights.classifiers.residual_classifier import untrained
from tests.networks import KINDS, lively, watched


@pytest.mark.parametrize("kind", KINDS)
def test_maps_are_those_of_what_leaves_every_block(kind):
    spec = ResNetSpec(
        **KINDS[kind], planes=(8, 16, 32, 64), stem_width=8, num_classes=7, image_size=64
    )
    torch.manual_seed(0)
    model, image = lively(build(spec)), torch.randn(1, 3, 64, 64)
    seen = watched(model, image)
    means, ones = (dict(stream_maps(model, image, channel)) for channel in (None, 5))
    assert [*means] == [*ones] == ["stem", *(plan.name for plan in spec.blocks())]
    for name, map_ in means.items():
        ((_, out),) = seen["maxpool" if name == "stem" else name]
        assert torch.allclose(map_, out[0].mean(0), atol=1e-6)
        assert torch.equal(ones[name], out[0, 5])


def test_a_channel_is_shown_where_the_stream_has_it():
    spec = ResNetSpec.preset("cifar_resnet20", image_size=16)
    names = [name for name, _ in stream_maps(untrained(spec).model, torch.ones(1, 3, 16, 16), 20)]
    assert names == ["layer2.0", "layer2.1", "layer2.2", "layer3.0", "layer3.1", "layer3.2"]


def test_larger_maps_are_averaged_over_squares_and_smaller_ones_stay():
    values = torch.arange(30.0).view(5, 6)
    assert torch.equal(smaller(values, 6), values)
    pooled = smaller(values, 3)
    assert pooled.shape == (3, 3)
    assert pooled[0, 0] == (0 + 1 + 6 + 7) / 4
    assert pooled[2, 1] == (26 + 27) / 2  # a row is left at the edge
    assert smaller(torch.ones(56, 56), 28).shape == (28, 28)
    assert smaller(torch.ones(112, 80), 28).shape == (28, 20)


def test_it_ends_before_values_beyond_float32_and_refuses_training_mode():
    spec = ResNetSpec.preset("cifar_resnet1202", image_size=8)
    model = untrained(spec).model
    names = [name for name, _ in stream_maps(model, torch.ones(1, 3, 8, 8), None)]
    assert "layer1.0" in names
    assert "layer3.199" not in names
    with pytest.raises(ValueError, match="eval"):
        next(stream_maps(model.train(), torch.ones(1, 3, 8, 8), None))
