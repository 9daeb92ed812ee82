"""The scene whose maps are measured."""

from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, scene

DRAWN = scene(HELD_OUT_SEEDS[900_002], objects=2)
LABEL = DRAWN.labels[0]
