"""A card that is really full, or lost: smaller batches, and the CPU in its place."""

import pytest
import torch
from PIL import Image

from resnet import ResNetSpec
from resnet.maps.explain import look
from resnet.model.devices import adaptively
from resnet.training.scenes.drawn_shapes import scene
from resnet.weights.classifiers.residual_classifier import ResidualClassifier, untrained

LARGE = ResNetSpec.preset("resnet18", image_size=1024)
MEGABYTE = 10**6


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [Image.fromarray(scene(1_700_001 + i, objects=2).image) for i in range(4)]


@pytest.fixture
def classifiers() -> dict[str, ResidualClassifier]:
    """On both devices, the serving form made and the GPU's libraries loaded."""
    found = {device: untrained(LARGE) for device in ("cuda", "cpu")}
    found["cuda"].model.to("cuda")
    look(found["cuda"], [Image.new("RGB", (64, 64))])
    return found


# At 1024×1024 an image has 13 MB, and 67 MB after the stem's convolution.
@pytest.mark.parametrize(("room", "device"), [(280, "cuda"), (60, "cpu")])
def test_a_full_card(filled, classifiers, photos, room, device):
    expected = look(classifiers["cpu"], photos)
    filled(room * MEGABYTE)
    outcomes = list(
        adaptively(lambda some, on: look(classifiers[on], some), photos, "cuda", len(photos))
    )
    assert {outcome.device for outcome in outcomes} == {device}
    assert all("Out of memory: continued" in str(outcome.note) for outcome in outcomes)
    found = [answer for outcome in outcomes for answer in outcome.result]
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.allclose(ours.logits, theirs.logits, atol=2e-2 * theirs.logits.abs().max())


# What an assertion on the device has spoiled stays so for the process.
LOST = """
import os
import torch
from PIL import Image
from resnet import load_classifier
from resnet.maps.explain import look
from resnet.model.devices import adaptively

def ask(images, on):
    classifier = load_classifier("shapes_resnet20", device=on)
    if on == "cuda":
        torch.zeros(1, device=on)[torch.tensor([7], device=on)]
    return look(classifier, images)

photo = Image.new("RGB", (64, 64), "orange")
for outcome in adaptively(ask, [photo, photo], "cuda", 1):
    (answer,) = outcome.result
    print(outcome.device, outcome.note, int(answer.logits.argmax()), flush=True)
os._exit(0)  # the spoiled device has nothing to tidy up
"""


def test_a_lost_device(fresh_python):
    from resnet import load_classifier

    (answer,) = look(load_classifier("shapes_resnet20"), [Image.new("RGB", (64, 64), "orange")])
    line = f"cpu cuda failed: continued on the CPU. {int(answer.logits.argmax())}"
    assert fresh_python(LOST).splitlines() == [line, line]
