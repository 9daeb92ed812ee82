"""What `explore` finds, as a notebook shows it."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape

from resnet.maps.answers import Explanation
from resnet.modules.as_session import as_session
from resnet.modules.borrowed import ExploreError
from resnet.modules.matching import Agreement
from resnet.modules.opened_app import OpenedApp, open_app
from resnet.modules.photo import Photo
from resnet.network.graph import Graph
from resnet.network.tracing import trace
from resnet.text.language import tr
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.given.assumptions import Choice


@dataclass(frozen=True)
class Exploration:
    """A module as a classifier: the residual network that it is, or itself with a map at a layer.

    `explanation` is its answer to the `photos` that were given. `agreement` says how it was held to
    the network, and `settled` has what its layers told and no weight could; of a module that is
    none there is neither.
    """

    classifier: Classifier
    explanation: Explanation | None = None
    photos: tuple[Photo, ...] = ()
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

    def open(self, browser: bool = True) -> OpenedApp:
        """Start the app on the network, with the photographs and the class that is explained.

        A browser is sent there unless told not to. Raises `ExploreError` for a module that is no
        residual network, and `MissingExtra` where the app is not installed.
        """
        if not isinstance(self.classifier, ResidualClassifier):
            raise ExploreError(
                tr(
                    "The app reads a network from its weights, and {name} is no residual network, "
                    "which they would tell. In a notebook, what explore returns shows itself.",
                    name=self.classifier.title,
                )
            )
        session = as_session(self.classifier, self.photos, self.explanation)
        opened = open_app(session, self.classifier.title)
        if browser:
            webbrowser.open(opened.address)
        return opened

    def _repr_html_(self) -> str:
        """The residual stream, the counts, predictions and maps."""
        words = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.said)
        drawn = (each._repr_html_() for each in (self.graph, self.explanation) if each is not None)
        return words + "".join(drawn)
