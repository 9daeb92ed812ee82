"""How many images a model is asked about at once."""

from __future__ import annotations

from resnet.counts.memory import inference_memory
from resnet.maps.explainable import Explainable
from resnet.model.devices import batch_of
from resnet.model.fits_in_memory import free_bytes
from resnet.network.fields.rules import SpecError
from resnet.weights.classifiers.residual_classifier import ResidualClassifier

_MOST = 256
_SHARE = 2  # of the memory that is free, one part in so many is taken


def batch_size(classifier: Explainable, precision: str) -> int:
    """The largest power of two whose activations fit; a CPU takes no more than its caches like.

    Of a family whose memory is not known here, few.
    """
    few, device = batch_of(classifier.transform.crop), str(classifier.device)
    if not isinstance(classifier, ResidualClassifier):
        return few
    room = free_bytes(device) // _SHARE
    sizes = [1 << power for power in range(_MOST.bit_length())]
    try:
        fit = [n for n in sizes if inference_memory(classifier.graph, n, precision).bytes <= room]
    except SpecError:
        return few
    return min(max(fit, default=1), few if device == "cpu" else _MOST)
