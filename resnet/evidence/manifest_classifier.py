"""The classifier that a bundle's manifest speaks of, found on this machine."""

from __future__ import annotations

from dataclasses import replace

from resnet.evidence.manifest import BundleError, Manifest
from resnet.model.devices import devices
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import shown_name
from resnet.weights.classifiers.classifier import Classifier
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, residual
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import WeightsError, find, is_file, load_classifier


def classifier_of(
    manifest: Manifest, labels: tuple[str, ...], model: str | None, device: str | None
) -> Classifier:
    """The manifest's weights, which `model` names where they are a file, as it uses them.

    Raises `BundleError` where they are others, or not on this machine; never downloads.
    """
    classifier = _weights(manifest, model, _device(manifest, device))
    if classifier.sha256 != manifest.sha256:
        raise BundleError(
            f"The weights {classifier.name} are others than the bundle's: their SHA-256 begins "
            f"{classifier.sha256[:8]}, not {manifest.sha256[:8]}."
        )
    if classifier.builder != manifest.builder:
        raise _another_network()
    use = _another_family if manifest.builder else _residual
    return use(manifest, labels, classifier)


def _residual(
    manifest: Manifest, labels: tuple[str, ...], classifier: Classifier
) -> ResidualClassifier:
    """A residual network as the manifest uses it."""
    spec, found = ResNetSpec.from_query(manifest.spec), residual(classifier)
    if replace(found.spec, image_size=spec.image_size) != spec:
        raise _another_network()
    if len(labels) != spec.num_classes or len(manifest.transform.mean) != spec.in_channels:
        raise _unfit()
    return replace(found, spec=spec, labels=labels, transform=manifest.transform)


def _another_family(
    manifest: Manifest, labels: tuple[str, ...], classifier: Classifier
) -> TorchvisionClassifier:
    """A network of torchvision's as the manifest uses it."""
    assert isinstance(classifier, TorchvisionClassifier), "it has a builder"
    if len(labels) != len(classifier.labels) or len(manifest.transform.mean) != 3:
        raise _unfit()
    if manifest.target >= len(labels):
        raise BundleError(f"The manifest's target is no class of 0 to {len(labels) - 1}.")
    try:
        found = classifier.reading(manifest.transform)
    except GivenError as error:
        raise BundleError(str(error)) from None
    if not {*manifest.layers} <= {layer.name for layer in found.layers}:
        raise BundleError(f"The manifest's layers are none of {found.name} that have a map.")
    return replace(found, labels=labels)


def _another_network() -> BundleError:
    return BundleError("The weights are read as another network than the manifest's.")


def _unfit() -> BundleError:
    return BundleError("The manifest's labels or channels do not fit its network.")


def _weights(manifest: Manifest, model: str | None, device: str) -> Classifier:
    if model is not None and is_file(model):
        given = Given(network=manifest.spec, part=manifest.part or None)
        try:
            return load_classifier(model, device=device, given=given, offline=True)
        except GivenError:  # the weights are no such network's
            raise _another_network() from None
    if model is None and manifest.family == "file":
        raise BundleError(
            f"The weights are a file of their owner's ({shown_name(manifest.model)}), which no "
            "bundle holds; name it with --model FILE."
        )
    try:
        entry = find(model or manifest.model)
    except WeightsError as error:
        raise BundleError(str(error)) from None
    if not entry.cached:
        raise BundleError(
            f"The weights {entry.name} are not on this machine ({entry.size} to download): "
            "explain any photograph with them once, or name their file with --model."
        )
    return load_classifier(entry.name, device=device)


def _device(manifest: Manifest, device: str | None) -> str:
    """The one asked for, else the bundle's, else the fastest there is."""
    present = devices()
    if device is not None and device not in present:
        raise BundleError(f"This machine has no {device}; it has {', '.join(present)}.")
    return device or (manifest.device if manifest.device in present else present[0])
