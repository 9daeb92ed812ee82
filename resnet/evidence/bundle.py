"""Evidence as one zip: photograph, maps, overlays, predictions, and how to compute them again.

The weights are not copied into it; their SHA-256 is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from resnet.evidence.manifest import INPUT, LABELS, MANIFEST, Manifest, More, map_file, overlay_file
from resnet.maps.answers import top
from resnet.maps.explain import as_batch, explain, explain_layers, views_of
from resnet.maps.explainable import check_able
from resnet.maps.methods import METHODS, USUAL, Settings
from resnet.model.versions import versions
from resnet.pictures.encoding import png
from resnet.pictures.overlay import SIDE, Style, blend, over_grey, photo_and_heat, strength
from resnet.pictures.placement import PLACEMENTS
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.residual_classifier import residual

SEEN, PREDICTIONS = "seen.png", "predictions.json"
_README = """\
Evidence for one answer of a network, made by ResNet Explorer.

    python -m resnet explain --from {manifest}{model}

computes the maps again and says by how much they differ. The maps of layers are signed, in logits
a cell; what those of other methods mean is their papers'.
The weights are not in here; the manifest has the SHA-256 of their file.
"""


@dataclass(frozen=True)
class Evidence:
    """One photograph's answer: logits (K,), and maps (h, w) of one class by the layer's name.

    `image` is the RGB photograph. Half `precision` is the last stage's alone; all other maps are
    taken in float32. `more` has maps by other methods: of `layer`, or of the input's pixels.
    """

    classifier: Classifier
    image: Image.Image
    logits: Tensor
    maps: Mapping[str, NDArray[np.float32]]
    target: int
    method: str
    precision: str
    device: str
    placement: str = "receptive-field"
    signs: str = "both"
    more: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    layer: str = ""
    settings: Settings = USUAL


def gather(
    classifier: Classifier,
    image: Image.Image,
    target: str | int | None = None,
    layers: Sequence[str] | None = None,
    method: str = "gradcam",
    precision: str = "fp32",
    more: More | None = None,
    placement: str | None = None,
) -> Evidence:
    """Compute the evidence for a class, the most probable if none is named, at every stage.

    A family without stages has it at its last layer, where no other is named. `more` are other
    methods of a residual network, asked with it; Guided Grad-CAM depends on the `placement`, which
    is the usual one if none is named. Raises `ExplainError` as `explain` does.
    """
    check_able(classifier, "bundle")
    every = [layer.name for layer in classifier.layers]
    names, last = layers or (every[-1:] if "stages" in classifier.lacks else every), every[-1]
    placement = placement or next(one for one in PLACEMENTS if one not in classifier.lacks)
    explanation = explain(classifier, [image], target, method=method, precision=precision)
    chosen = int(explanation.targets[0])
    by_layer = explain_layers(classifier, [image], chosen, names, method)
    maps = {name: by_layer[name].maps[0].numpy() for name in names}
    if last in maps:
        maps[last] = explanation.maps[0].numpy()
    device = classifier.device.type
    evidence = Evidence(
        classifier, image, explanation.logits[0], maps, chosen, method, precision, device, placement
    )
    return evidence if more is None else _with(evidence, more)


def _with(evidence: Evidence, more: More) -> Evidence:
    from resnet.maps.attribute import Question  # Captum is slow to import, and seldom needed

    batch = as_batch(evidence.classifier, views_of(evidence.classifier, [evidence.image]))
    maps = {}
    for method in more.methods:
        question = Question(method, more.layer, evidence.target, evidence.placement, more.settings)
        maps[method] = question.of(residual(evidence.classifier).model, batch).maps[0].numpy()
    return replace(evidence, more=maps, layer=more.layer, settings=more.settings)


def write(evidence: Evidence) -> bytes:
    """The bundle. Its photograph is a PNG of the pixels that were read: no place goes with it."""
    files = dict(_pictures(evidence))
    every = {**evidence.maps, **evidence.more}
    files |= {map_file(name): _npy(values) for name, values in every.items()}
    files[LABELS] = json.dumps(evidence.classifier.labels, ensure_ascii=False).encode()
    files[PREDICTIONS] = _predictions(evidence)
    files[MANIFEST] = manifest(evidence, files).to_json().encode()
    files["README.txt"] = _readme(evidence.classifier)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def manifest(evidence: Evidence, files: Mapping[str, bytes]) -> Manifest:
    """What all of it depends on; `files` has at least the photograph and the labels."""
    classifier = evidence.classifier
    return Manifest(
        model=classifier.name,
        family=classifier.family,
        source=classifier.source,
        sha256=classifier.sha256,
        spec=classifier.spec.to_query() if classifier.spec else "",
        builder=classifier.builder,
        part=classifier.known.part or "",
        labels_sha256=sha256(files[LABELS]).hexdigest(),
        input_sha256=sha256(files[INPUT]).hexdigest(),
        transform=classifier.transform,
        layers=tuple(evidence.maps),
        full={name: strength(values) for name, values in evidence.maps.items()},
        method=evidence.method,
        target=evidence.target,
        label=classifier.labels[evidence.target],
        placement=evidence.placement,
        signs=evidence.signs,
        precision=evidence.precision,
        device=evidence.device,
        versions=versions(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        more=More(evidence.layer, tuple(evidence.more), evidence.settings)
        if evidence.more
        else None,
        assumed=tuple(each.as_dict() for each in classifier.assumed),
    )


def _pictures(evidence: Evidence) -> list[tuple[str, bytes]]:
    from resnet.maps.attribute import placed

    view = evidence.classifier.transform.view(evidence.image)
    files = [(INPUT, png(evidence.image)), (SEEN, png(view))]
    layers = {layer.name: layer for layer in evidence.classifier.layers}
    for name, values in evidence.maps.items():
        how = SIDE, evidence.placement, Style(evidence.signs)
        shown = blend(*photo_and_heat(view, values, layers[name], *how))
        files.append((overlay_file(name), png(shown)))
    for method, values in evidence.more.items():
        stage = layers[evidence.layer] if METHODS[method].of == "stage" else None
        on_pixels = placed(values, stage, view.width, evidence.placement)
        full = strength(values, METHODS[method].share)
        shown = over_grey(view, on_pixels, full, SIDE, Style(evidence.signs))
        files.append((overlay_file(method), png(shown)))
    return files


def _predictions(evidence: Evidence) -> bytes:
    labels = evidence.classifier.labels
    predictions = [asdict(p) for p in top(evidence.logits, labels, len(labels))]
    return json.dumps(predictions, indent=1, ensure_ascii=False).encode()


def _readme(classifier: Classifier) -> bytes:
    own = " --model FILE" if classifier.family == "file" else ""
    return _README.format(manifest=MANIFEST, model=own).encode()


def _npy(values: NDArray[np.float32]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.asarray(values, np.float32), allow_pickle=False)
    return buffer.getvalue()
