"""A bundled network, small enough to be written for each test."""

import hashlib
import json

import torch
from safetensors.torch import save_file

from resnet.model.module import build
from resnet.network.spec import ResNetSpec

LABELS = ("circle", "square", "star")


SPEC = ResNetSpec.preset(
    "cifar_resnet20", layers=(1, 1), planes=(4, 8), stem_width=4, num_classes=3
)


def write_bundle(folder):
    """The two files of a bundled network, as the assets folder has them."""
    torch.manual_seed(0)
    file = folder / "shapes_resnet20.safetensors"
    save_file(build(SPEC).state_dict(), file)
    description = {
        "name": "shapes_resnet20",
        "title": "ResNet-20, shapes",
        "spec": SPEC.to_query(),
        "labels": LABELS,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
        "resize": 32,
        "crop": 32,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "measured": {
            "n": 1000,
            "held_out_accuracy": 0.98,
            "pointing_game": {"receptive-field": 0.9},
        },
    }
    file.with_suffix(".json").write_text(json.dumps(description))
    return file
