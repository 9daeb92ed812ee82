"""What `explore` finds, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape

from resnet.maps.answers import Explanation
from resnet.modules.matching import Agreement
from resnet.network.graph import Graph
from resnet.network.tracing import trace
from resnet.text.language import tr
from resnet.weights.assumptions import Choice
from resnet.weights.classifier import Classifier


@dataclass(frozen=True)
class Exploration:
    """A module as a classifier: the residual network that it is, or itself with a map at a layer.

    `explanation` is its answer to the images that were given. `agreement` says how it was held to
    the network, and `settled` has what its layers told and no weight could; of a module that is
    none there is neither.
    """

    classifier: Classifier
    explanation: Explanation | None = None
    agreement: Agreement | None = None
    settled: tuple[Choice, ...] = ()

    @cached_property
    def graph(self) -> Graph | None:
        """The residual network, operation by operation; None where it is none."""
        spec = self.classifier.spec
        return None if spec is None else trace(spec)

    @property
    def said(self) -> tuple[str, ...]:
        """In sentences, what it is, how that was held to the module, and what was assumed."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield f"{self.classifier.title}: {tr('; ').join(self.classifier.findings())}."
        if self.agreement is not None:
            yield tr(
                "Verified on a batch of {images}: {layers} layers and the logits agree, to "
                "{largest:.1g} of the largest value.",
                images=self.agreement.images,
                layers=self.agreement.layers,
                largest=self.agreement.largest,
            )
            if self.settled:
                words = tr("; ").join(str(choice.words) for choice in self.settled)
                yield tr("Told by its layers: {settled}.", settled=words)
        else:
            yield tr("No residual network here; Grad-CAM is Captum's, stretched from edge to edge.")
        if self.classifier.assumed:
            words = tr("; ").join(map(str, self.classifier.assumed))
            yield tr("Assumed, since nothing says: {assumed}.", assumed=words)

    def _repr_html_(self) -> str:
        """The residual stream, the counts, predictions and maps."""
        words = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.said)
        drawn = (each._repr_html_() for each in (self.graph, self.explanation) if each is not None)
        return words + "".join(drawn)
