"""What `explain` on the command line does for each photograph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resnet.cli.answering import Answered, Unread, answered
from resnet.evidence.bundle import gather, write
from resnet.maps.answers import Explanation
from resnet.maps.explain import explain
from resnet.maps.explainable import Able, check_able, mapless, usual_method
from resnet.network.spec import ResNetSpec
from resnet.pictures.overlay import SIDE, blend, photo_and_heat
from resnet.text.language import tr
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.given.assumptions import Assumed
from resnet.weights.given.labels import imagenet_names
from resnet.weights.given.owner_says import Given, nameless
from resnet.weights.probe import recipe


def explained(
    photos: tuple[Path, ...],
    model: str,
    device: str | None,
    out: Path,
    given: Given,
    bundle: Path | None = None,
    lenient: bool = False,
    **question: Any,
) -> Iterator[dict[str, Any]]:
    """A row for each photograph, in order; a row of a file that cannot be read has `error`.

    Where the device that was asked could not, `gave_way` says what did. `given` is what is said
    of an own checkpoint; `question` holds the targets, layer, method and precision, of which the
    usual is taken where the model lacks one, if `lenient`, as on the page. Writes the
    signed map (.npy) and the overlay (.png) of each into `out`, and as `bundle` the evidence at
    that layer; if none is named, at every stage, or at the last layer of another family. Raises
    `ExplainError`, `WeightsError`, `CheckpointError`, `GivenError`, `DownloadError` or
    `DoesNotFit` where nothing can be done.
    """

    def check(classifier: Able) -> None:
        _check(classifier, bundle, {} if lenient else question)

    def ask(classifier: Classifier, photo: Image.Image) -> Explanation:
        asked = _possible(classifier, question) if lenient else question
        _check(classifier, bundle, asked)
        return explain(classifier, [photo], **asked)

    for one in answered(photos, ask, check, model, device, out, given):
        if isinstance(one, Unread):
            yield one.row
        else:
            gave_way = {"gave_way": one.gave_way} if one.gave_way else {}
            yield _row(one) | gave_way | _bundled(bundle, one.classifier, one.photo, question)


def _check(classifier: Able, bundle: Path | None, question: dict[str, Any]) -> None:
    """Raise `ExplainError` for what its family lacks."""
    asked = [question[name] for name in ("method", "precision") if question.get(name)]
    check_able(classifier, *asked, *(["bundle"] if bundle else []))


def _possible(classifier: Classifier, question: dict[str, Any]) -> dict[str, Any]:
    """The same question, with what is usual for what the classifier lacks."""
    usual = {"method": usual_method(classifier), "precision": "fp32"}
    able = {k: it for k, it in question.items() if k not in usual or it not in classifier.lacks}
    layers = [layer.name for layer in classifier.layers]
    layer = question["layer"]
    if "stages" in classifier.lacks and layer not in layers:
        layer = None
    targets = None if "predictions" in classifier.lacks else question["targets"]
    return usual | able | {"layer": layer, "targets": targets}


def _bundled(
    bundle: Path | None, classifier: Classifier, photo: Image.Image, question: dict[str, Any]
) -> dict[str, Any]:
    if bundle is None:
        return {}
    layers = [question["layer"]] if question["layer"] else None
    evidence = gather(
        classifier,
        photo,
        question["targets"],
        layers,
        question["method"] or usual_method(classifier),
        question["precision"],
    )
    bundle.write_bytes(write(evidence))
    return {"bundle_file": str(bundle)}


def _row(one: Answered[Explanation]) -> dict[str, Any]:
    classifier, answer = one.classifier, one.result
    return {
        "file": str(one.path),
        "predictions": [asdict(prediction) for prediction in answer.top(0)],
        **_target(answer),
        **_map(classifier, one.photo, answer, one.stem),
        "seconds": answer.seconds,
        **_told(classifier),
        "assumed": [_assumed(each) for each in classifier.assumed],
        "probe": probed_by(classifier.spec),
    }


def _target(answer: Explanation) -> dict[str, Any]:
    """The class that was asked about; a trunk knows none."""
    targets = answer.targets.tolist()
    if not targets:
        return {"target": None}
    label, logit = answer.labels[targets[0]], float(answer.logits[0, targets[0]])
    return {"target": label, "target_index": targets[0], "logit": logit}


def _told(classifier: Classifier) -> dict[str, str]:
    """What a user's file was found to be, and how its classes could be named."""
    if classifier.known.config:
        return {"found": f"A config.json beside the weights says {classifier.known.config}."}
    if classifier.known != Given() and classifier.family != "file":
        return {"found": f"By its SHA-256 the file is {classifier.title}: its labels and input."}
    if "predictions" in classifier.lacks:
        return {"found": tr(classifier.lacks["predictions"], name=classifier.name)}
    if nameless(classifier.labels) and len(classifier.labels) == len(imagenet_names()):
        said = "1,000 classes without names; if they are ImageNet's, say --labels imagenet."
        return {"unnamed": said}
    return {}


def _map(
    classifier: Classifier, photo: Image.Image, answer: Explanation, stem: Path
) -> dict[str, Any]:
    """The map's part of a row and its files; where there is no map, why."""
    if answer.stage is None:
        return {"note": mapless(classifier)}
    values, view = answer.maps[0].numpy(), classifier.transform.view(photo)
    map_file, overlay_file = Path(f"{stem}.npy"), Path(f"{stem}.png")
    np.save(map_file, values)
    blend(*photo_and_heat(view, values, answer.stage, SIDE)).save(overlay_file)
    return {
        "layer": answer.stage.name,
        "method": answer.method,
        **_sum(answer),
        "complete": classifier.complete(answer.stage.name),
        "map_file": str(map_file),
        "overlay_file": str(overlay_file),
    }


def _sum(answer: Explanation) -> dict[str, float]:
    """What a map of a class adds up to, and the class's bias."""
    biases = answer.biases.tolist()
    return {"map_sum": float(answer.maps[0].sum()), "bias": biases[0]} if biases else {}


def in_words(row: dict[str, Any]) -> str:
    """A row as people read it: the class, the best predictions, the files or why there are none."""
    best = "\n".join(
        f"  {p['probability']:7.2%}  {p['label']} (logit {p['logit']:.2f})"
        for p in row["predictions"]
    )
    files = [row[kind] for kind in ("map_file", "overlay_file", "bundle_file") if kind in row]
    where = f" at {row['layer']}" if "layer" in row else ""
    lines = [f"{row['file']}: {row['target'] or row['method']}{where}{_total(row)}"]
    lines += [best] if best else []
    lines += [f"  {row[said]}" for said in ("found", "unnamed", "gave_way") if said in row]
    return "\n".join([*lines, "  " + (", ".join(files) or row["note"])])


def doubts(assumed: Sequence[Mapping[str, Any]], probe: str) -> str:
    """What weights left open and nobody said, a line each, and how to say or to settle it."""
    lines = [f"  {each['words']}: {each['why']}; {each['say']}" for each in assumed]
    lines = ["Assumed, and may be wrong:", *lines]
    if any(each["alternatives"] and "=" in each["taken"] for each in assumed):
        lines += ["Or run this in code of your own, and name what it prints by --probe FILE.txt:"]
        lines += [f"  {line}" for line in probe.splitlines()]
    return "\n".join(lines)


def probed_by(spec: ResNetSpec | None) -> str:
    """The lines of Python whose numbers settle what weights leave open."""
    return "" if spec is None else recipe(spec)


def _assumed(assumed: Assumed) -> dict[str, Any]:
    return assumed.as_dict() | {"say": _say(assumed)}


def _say(assumed: Assumed) -> str:
    """The options that say something else."""
    other = {"image_size": "--size", "normalise": "--mean and --std"}.get(assumed.axis)
    settled = other or " or ".join(f'--read-as "{each.fields}"' for each in assumed.others)
    return settled and f"say {settled}"


def _total(row: dict[str, Any]) -> str:
    """Where the map is complete: that its sum and the bias are the logit."""
    if not row.get("complete"):
        return ""
    return f" (map sum {row['map_sum']:.3f}, logit {row['logit']:.3f}, bias {row['bias']:.3f})"
