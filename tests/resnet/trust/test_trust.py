"""Nothing that measures trust changes the model."""

import torch
from PIL import Image

from resnet import ResNetSpec, build
from resnet.model.progress import last
from resnet.trust.faithfulness import completeness, sensitivity
from resnet.trust.insertion_deletion import (
    score_curves,
)
from resnet.trust.randomisation import cascade
from resnet.trust.stability import stability
from tests.resnet.trust.drawn import DRAWN


def test_nothing_of_trust_changes_the_model(asked):
    spec = ResNetSpec.preset("cifar_resnet20")
    model = build(spec).eval().requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    image, view = torch.randn(1, 3, 32, 32), Image.fromarray(DRAWN.image).resize((32, 32))
    values = asked.of(model, image)
    next(score_curves(model, image, 1, values.maps[0].numpy(), values.stage))
    next(cascade(model, image, asked))
    next(stability(model, view, lambda v: image[0], asked))
    last(completeness(model, image, 1))
    next(sensitivity(model, image, asked))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module.training or module._forward_hooks for module in model.modules())
    assert all(p.grad is None and not p.requires_grad for p in model.parameters())
