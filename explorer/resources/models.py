"""Models to look with, loaded once for all visitors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from resnet.network.spec import ResNetSpec

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from resnet.weights.classifier import Classifier
    from resnet.weights.torchvision_families import AnyClassifier, OtherClassifier


@dataclass(frozen=True)
class Model:
    """A model to look with: how it is loaded on a device, and what tells it from every other."""

    load: Callable[[str], AnyClassifier]
    key: str
    device: str
    precision: str

    def residual(self, device: str) -> Classifier:
        """The model where it is known to be a residual network."""
        from resnet.weights.classifier import Classifier

        found = self.load(device)
        assert isinstance(found, Classifier), f"{self.key} is of another family"
        return found

    def other(self, device: str) -> OtherClassifier:
        """The model where it is known to be of another family."""
        from resnet.weights.torchvision_families import OtherClassifier

        found = self.load(device)
        assert isinstance(found, OtherClassifier), f"{self.key} is a residual network"
        return found


@st.cache_resource(max_entries=3, show_spinner=False)
def classifier(name: str, device: str) -> Classifier:
    """A classifier of the catalogue on a device, loaded once for all visitors."""
    from resnet.weights.classifier import load_classifier

    return load_classifier(name, device=device)


@st.cache_resource(max_entries=3, show_spinner=False)
def other_classifier(name: str, device: str) -> OtherClassifier:
    """A classifier of another family of torchvision's on a device."""
    from resnet.weights.torchvision_families import load_other, others

    return load_other(others()[name], device)


@st.cache_resource(max_entries=3, show_spinner=False)
def own_classifier(key: str, device: str, _file: UploadedFile) -> AnyClassifier:
    """A classifier of a visitor's own file, which `key` tells from every other."""
    from resnet.weights.recognise import load_own

    return load_own(Path(_file.name), _file.getvalue(), device)


@st.cache_resource(max_entries=2, show_spinner=False)
def untrained(spec: ResNetSpec) -> Classifier:
    """The network of a spec with random weights, seed 0. Raises `CheckpointError`."""
    from resnet.weights.classifier import untrained

    return untrained(spec)
