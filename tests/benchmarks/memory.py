"""Whether answering many images makes the process grow: ResNet-50, 160 images at 224×224."""

from __future__ import annotations

import psutil
import torch

from resnet import ResNetSpec, build
from resnet.maps.stage_maps import class_maps, stage_maps
from resnet.model.serving import serving
from tests.benchmarks.timing import Claim, Found, Section

BATCH, WARM, ROUNDS = 8, 5, 20
MOST = 200e6  # bytes; the four stages' outputs of one batch alone are 48 MB


def main() -> Found:
    model = serving(build(ResNetSpec.preset("resnet50")).eval())
    resident = []
    for _ in range(WARM + ROUNDS):
        images = torch.randn(BATCH, 3, 224, 224)
        class_maps(model, images)
        class_maps(model, images, "bf16")
        stage_maps(model, images, None, model.spec.stage_names, "gradcam")
        resident.append(psutil.Process().memory_info().rss)
    grown = resident[-1] - resident[WARM - 1]
    title = f"Memory of ResNet-50, maps of {BATCH * ROUNDS} images, batches of {BATCH}"
    yield Section(title, (), (Claim("grown by", grown / 1e6, MOST / 1e6, "MB"),))
