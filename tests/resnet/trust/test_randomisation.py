"""Maps of a network that forgets, part by part."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from resnet.maps.attribute import Question
from resnet.model.progress import last
from resnet.trust.randomisation import cascade, randomised_parts
from tests.networks import KINDS, frozen
from tests.resnet.trust.drawn import LABEL


def test_a_network_that_forgets_loses_its_map(shapes, image, asked):
    found = last(cascade(shapes.model, image, asked))
    assert [step.part for step in found] == [*randomised_parts(shapes.model)]
    assert found[0].part == "fc"
    assert abs(found[-1].rank_correlation) < 0.5
    assert abs(found[-1].ssim) < 0.2
    assert found[-1].rank_correlation < found[0].rank_correlation


def test_guided_backpropagation_keeps_its_map_longer(shapes, image, asked):
    guided = Question("guided", "layer3", LABEL)
    *_, (of_guided, of_cam) = zip(
        islice(cascade(shapes.model, image, guided), 8),
        islice(cascade(shapes.model, image, asked), 8),
        strict=True,
    )
    assert of_guided.result[-1].rank_correlation > of_cam.result[-1].rank_correlation + 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_randomised_is_every_parameter_and_begins_as_the_spec_does(kind):
    model = frozen(**KINDS[kind])
    model.fc.weight.fill_(7)
    image = torch.randn(1, 3, 32, 32)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    seen = []

    class Spy(Question):
        def on_pixels(self, model, image):
            seen.append({name: value.clone() for name, value in model.state_dict().items()})
            return super().on_pixels(model, image)

    last(cascade(model, image, Spy("gradcam", "layer4", 1), seed=9))
    trained, after_fc, *_, final = seen
    same = {name for name in before if torch.equal(trained[name], after_fc[name])}
    assert set(before) - same == {"fc.weight", "fc.bias"}
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            assert not torch.equal(final[f"{name}.weight"], before[f"{name}.weight"])
        if isinstance(module, nn.BatchNorm2d):
            assert torch.equal(final[f"{name}.running_mean"], torch.zeros(module.num_features))
            assert torch.equal(final[f"{name}.running_var"], torch.ones(module.num_features))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_randomisation_follows_its_seed(shapes, image, asked):
    runs = [next(cascade(shapes.model, image, asked, seed)).result[0] for seed in (1, 1, 2)]
    assert np.allclose(runs[0].values, runs[1].values, atol=1e-6)
    assert not np.allclose(runs[0].values, runs[2].values, atol=1e-3)
