"""Photographs to look at: uploads, decoded once, and drawn samples."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import streamlit as st
from PIL import Image

from resnet.pictures.reading import read_image
from resnet.training.drawn_shapes import scene

SAMPLES = 8
MOST_MB = 25  # of an upload
_FIRST_SAMPLE = 1_900_000  # held out, and far from the scenes that measure the model


@dataclass(frozen=True)
class Photo:
    """An image to look at; `key` tells it from every other."""

    name: str
    key: str
    image: Image.Image
    drawn: bool = False


@st.cache_resource(max_entries=24, show_spinner=False)
def upload(data: bytes, name: str) -> Photo:
    """An uploaded picture, decoded once. Raises `ImageError`."""
    return Photo(name, sha256(data).hexdigest(), read_image(data, name))


@st.cache_resource(max_entries=SAMPLES, show_spinner=False)
def sample(number: int) -> Photo:
    """A drawn scene: those of odd number hold one object, the others two."""
    drawn = scene(_FIRST_SAMPLE + number, objects=2 - number % 2)
    return Photo(f"Sample {number}", f"sample {number}", Image.fromarray(drawn.image), drawn=True)
