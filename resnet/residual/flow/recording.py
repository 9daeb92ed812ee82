"""One forward of one image, kept with its graph: any class at every stage without another one.

The last stage's maps of all classes follow from the forward. At an earlier stage a class needs its
own gradient: one backward pass from the kept graph, which serves every stage and both methods.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from resnet.maps.answers import Explanation, Look, check_finite
from resnet.maps.explain import as_batch, explanation
from resnet.maps.stage_maps import maps_from, maps_of_features, staged
from resnet.weights.classifiers.residual_classifier import ResidualClassifier


@dataclass(frozen=True)
class Recording:
    """One image's forward in float32: what it tells at once, and the graph for what it does not.

    `outputs` are every stage's (1, C, h, w), and `logits` (1, K) depend on them. The graph is only
    read, so threads may share a recording; it holds the activations in memory while it lives.
    """

    classifier: ResidualClassifier
    look: Look
    outputs: dict[str, Tensor]
    logits: Tensor

    def explain(self, target: int) -> dict[str, dict[str, Explanation]]:
        """One class by every method at every stage: one backward pass, no forward."""
        start = time.perf_counter()
        targets = torch.tensor([target], device=self.logits.device)
        maps_by_method = maps_from(self.outputs, self.logits, targets, again=True)
        logits = self.logits.detach()
        return {
            method: {
                layer: explanation(self.classifier, layer, method, start, maps, logits, targets)
                for layer, maps in by_layer.items()
            }
            for method, by_layer in maps_by_method.items()
        }


def record(classifier: ResidualClassifier, image: Image.Image) -> Recording:
    """Run an RGB image of any size through the network once, and keep it.

    Raises `ExplainError` for an answer that is no number.
    """
    start = time.perf_counter()
    model, spec = classifier.model, classifier.spec
    view = classifier.transform.view(image)
    outputs, logits = staged(model, as_batch(classifier, [view]), spec.stage_names)
    with torch.no_grad():
        last = outputs[spec.stage_names[-1]]
        maps = maps_of_features(model, last)[0].cpu()  # waits for the device
    check_finite(classifier.name, maps, logits)
    seconds = time.perf_counter() - start
    look = Look(view, logits[0].detach().cpu(), maps, seconds)
    return Recording(classifier, look, outputs, logits)
