"""Ask a classifier about photographs: its predictions, and maps of one class at its layers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor, nn

from resnet.maps.answers import ExplainError, Explanation, Look, check_finite, class_index
from resnet.maps.explainable import Explainable, check_able, mapless, usual_method
from resnet.maps.methods import OF_A_STAGE
from resnet.text.file_names import shown_words
from resnet.text.language import tr

Targets = str | int | Sequence[str | int] | None


def explain(
    classifier: Explainable,
    images: Sequence[Image.Image],
    targets: Targets = None,
    layer: str | None = None,
    method: str | None = None,
    precision: str = "fp32",
) -> Explanation:
    """Explain RGB images of any size at one layer; the last one if none is named.

    `targets` is a class for all (index or label), one index for each image, or None for each
    image's most probable class. Without a `method` it is Grad-CAM, or of a trunk, which knows no
    classes, the feature norm. `precision` is the forward's; a residual network's gradients at
    earlier stages are taken in float32. A family without maps tells its logits alone. Raises
    `ExplainError` for a layer, method, precision or class that is not, and for an answer that is no
    number.
    """
    _check_classifier(classifier)
    method = method or usual_method(classifier)
    layers = [layer] if layer else [usual.name for usual in classifier.layers[-1:]]
    start, views, maps, logits, chosen = _ask(
        classifier, images, targets, layers, method, precision
    )
    none = logits.new_empty(len(images), 0, 0)
    name, values = next(iter(maps.items()), ("", none))
    return explanation(classifier, name, method, start, values, logits, chosen, views)


def explain_layers(
    classifier: Explainable,
    images: Sequence[Image.Image],
    targets: Targets = None,
    layers: Sequence[str] | None = None,
    method: str | None = None,
) -> dict[str, Explanation]:
    """`explain` at several layers, all of them by default.

    A residual network answers for all of its stages by one backward pass.
    """
    _check_classifier(classifier)
    layers = layers or [layer.name for layer in classifier.layers]
    method = method or usual_method(classifier)
    start, views, maps, logits, chosen = _ask(classifier, images, targets, layers, method, "fp32")
    return {
        name: explanation(classifier, name, method, start, values, logits, chosen, views)
        for name, values in maps.items()
    }


def look(
    classifier: Explainable, images: Sequence[Image.Image], precision: str = "fp32"
) -> tuple[Look, ...]:
    """One forward: logits, and maps of all classes where they follow, so that any can be shown.

    Raises `ExplainError` for a precision that is not, and for an answer that is no number.
    """
    _check_classifier(classifier)
    check_able(classifier, precision)
    classifier.ready()
    start = time.perf_counter()
    views = views_of(classifier, images)
    maps, logits = classifier.look(as_batch(classifier, views), precision)
    maps, logits = _ordinary(maps), _ordinary(logits)  # waits for the device
    check_finite(classifier.name, maps, logits)
    each = (time.perf_counter() - start) / len(images)
    return tuple(Look(*answer, each) for answer in zip(views, logits, maps, strict=True))


def views_of(classifier: Explainable, images: Sequence[Image.Image]) -> list[Image.Image]:
    """What the model sees of RGB images of any size."""
    return [classifier.transform.view(image) for image in images]


def as_batch(classifier: Explainable, views: Sequence[Image.Image]) -> Tensor:
    """Views as the model's input: (N, C, crop, crop), normalised, on its device.

    Raises `ExplainError` where that goes beyond float32, as by a deviation of almost 0.
    """
    batch = torch.stack([classifier.transform.tensor(view) for view in views])
    check_finite(classifier.name, batch)
    return batch.to(classifier.device)


def explanation(
    classifier: Explainable, layer: str, method: str, start: float,
    maps: Tensor, logits: Tensor, targets: Tensor, views: Sequence[Image.Image] = (),
) -> Explanation:  # fmt: skip
    """What was found at one layer, brought to the CPU; `start` is when the work began.

    Raises `ExplainError` where it is no number.
    """
    maps, logits, targets = map(_ordinary, (maps, logits, targets))
    check_finite(classifier.name, maps, logits)
    return Explanation(
        maps=maps,
        logits=logits,
        targets=targets,
        biases=classifier.biases.cpu()[targets],
        labels=classifier.labels,
        stage=next((each for each in classifier.layers if each.name == layer), None),
        method=method,
        seconds=time.perf_counter() - start,
        views=tuple(views),
    )


def _ordinary(tensor: Tensor) -> Tensor:
    """A copy on the CPU that autograd takes, though the answer was made in inference mode."""
    return tensor.detach().cpu().clone()


def _ask(
    classifier: Explainable,
    images: Sequence[Image.Image],
    targets: Targets,
    layers: Sequence[str],
    method: str,
    precision: str,
) -> tuple[float, list[Image.Image], dict[str, Tensor], Tensor, Tensor]:
    """When the work began, what is seen, the maps by layer, the logits (N, K), the classes (N,)."""
    check_question(classifier, images, layers, method, precision)
    chosen = _class_indices(classifier, targets, len(images))
    classifier.ready()
    start = time.perf_counter()
    views = views_of(classifier, images)
    batch = as_batch(classifier, views)
    chosen = chosen if chosen is None else chosen.to(batch.device)
    return start, views, *classifier.maps(batch, chosen, layers, method, precision)


def _check_classifier(classifier: object) -> None:
    """Raise `ExplainError` for a bare module, and say what takes one."""
    if isinstance(classifier, nn.Module):
        raise ExplainError(
            tr(
                "A bare module ({kind}) says neither its classes nor its input. Call "
                "resnet.explore(model, images=…), which takes one.",
                kind=type(classifier).__name__,
            )
        )


def check_question(
    classifier: Explainable,
    images: Sequence[Image.Image],
    layers: Sequence[str],
    method: str,
    precision: str,
) -> None:
    """Raise `ExplainError` where the classifier cannot be asked for these maps of images."""
    names = [layer.name for layer in classifier.layers]
    unknown = next((layer for layer in layers if layer not in names), None)
    if unknown is not None:
        raise ExplainError(
            tr(
                "{name} has no “{unknown}”. Choose: {names}.",
                name=classifier.name,
                unknown=shown_words(unknown),
                names=", ".join(names),
            )
            if names
            else mapless(classifier)
        )
    if method not in OF_A_STAGE:
        raise ExplainError(
            tr(
                "There is no method “{method}”. Choose: {methods}.",
                method=shown_words(method),
                methods=", ".join(OF_A_STAGE),
            )
        )
    check_able(classifier, method, precision)
    if not images:
        raise ExplainError(tr("There is no image to explain; give at least one."))


def _class_indices(classifier: Explainable, targets: Targets, count: int) -> Tensor | None:
    """The classes asked for (N,); None where they are the most probable."""
    if targets is None:
        return None
    check_able(classifier, "predictions")
    each = [targets] * count if isinstance(targets, str | int) else list(targets)
    if len(each) != count:
        raise ExplainError(
            tr(
                "{n} classes are named for {images} images; name one for each.",
                n=len(each),
                images=count,
            )
        )
    return torch.tensor([class_index(classifier, target) for target in each])
