"""A residual network and what it was asked, as a session that the app opens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from safetensors.torch import save

from resnet.evidence.session_file import File, Kind, Page, Session
from resnet.maps.answers import Explanation
from resnet.modules.photo import Photo
from resnet.text.file_names import shown_name
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from resnet.weights.given.owner_says import Given, nameless


def as_session(
    classifier: ResidualClassifier, photos: Sequence[Photo], shown: Explanation | None
) -> bytes:
    """A zip with the weights, the labels that it was given, and the photographs.

    The Attention page has the first photograph on show, with the class and the stage that are
    shown; the Architecture page the network.
    """
    weights = _content("own", f"{classifier.name}.safetensors", _weights(classifier))
    labels, pictures = [*_labels(classifier)], [*_pictures(photos)]
    asked = {
        "checkpoint": weights.file.link,
        "labels": labels[0].file.link if labels else "",
        "photo": pictures[0].file.link if pictures else "",
        "read_as": classifier.spec.to_query(),
        **_input(classifier),
        **(_asked(classifier, shown) if shown else {}),
    }
    attention = {field: said for field, said in asked.items() if said}
    contents = {each.file: each.data for each in (*pictures, weights, *labels)}
    addresses: dict[Page, dict[str, str]] = {
        "attention": attention,
        "architecture": classifier.spec.to_fields(),
    }
    session = Session("attention", addresses, tuple(contents))
    return session.write({file.sha256: partial(bytes, data) for file, data in contents.items()})


class _Content(NamedTuple):
    file: File
    data: bytes


def _content(kind: Kind, name: str, data: bytes) -> _Content:
    return _Content(File(kind, shown_name(name), sha256(data).hexdigest(), len(data)), data)


def _weights(classifier: ResidualClassifier) -> bytes:
    """A file of safetensors, by torchvision's names."""
    state = classifier.model.state_dict()
    return save({name: tensor.detach().cpu().contiguous() for name, tensor in state.items()})


def _labels(classifier: ResidualClassifier) -> Iterator[_Content]:
    if not nameless(classifier.labels):
        yield _content("labels", "labels.json", json.dumps(classifier.labels).encode())


def _pictures(photos: Sequence[Photo]) -> Iterator[_Content]:
    for number, photo in enumerate(photos, 1):
        yield _content("photos", photo.name or f"image {number}.png", photo.file())


def _input(classifier: ResidualClassifier) -> Mapping[str, str]:
    """What is said of its input; what is assumed is left for the page to assume, and to say so."""
    its, assumed = classifier.transform, {each.axis for each in classifier.assumed}
    usual = Given(crop=its.crop).transform(classifier.spec)
    numbers = {"normalise": "numbers", "mean": _numbers(its.mean), "std": _numbers(its.std)}
    return {
        "crop": "" if "image_size" in assumed else str(its.crop),
        "resize": "" if its.resize == usual.resize else str(its.resize),
        "interpolation": "" if its.interpolation == usual.interpolation else its.interpolation,
        **({} if "normalise" in assumed else numbers),
    }


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(map(repr, values))


def _asked(classifier: ResidualClassifier, shown: Explanation) -> Mapping[str, str]:
    """The stage where it is not the last, and the first image's class where not its best one."""
    last = classifier.layers[-1].name
    target, best = int(shown.targets[0]), int(shown.logits[0].argmax())
    return {
        "layer": shown.stage.name if shown.stage and shown.stage.name != last else "",
        "target": "" if target == best else str(target),
    }
