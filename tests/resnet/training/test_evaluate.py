"""Measures of a trained model, of which the answers are known."""

from dataclasses import replace

import numpy as np
import torch

from resnet.model.module import ResNet, build
from resnet.network.spec import ResNetSpec
from resnet.training.evaluate import evaluate, pointing_game
from resnet.training.scenes.drawn_shapes import Scene

TINY = ResNetSpec.preset("cifar_resnet20", layers=(1,), planes=(8,), stem_width=8, image_size=64)


class TestPointing:
    """A net whose maps are known: it answers "circle" by brightness and "square" by darkness."""

    @staticmethod
    def _bright() -> ResNet:
        model = build(replace(TINY, planes=(2,), stem_width=2)).eval()
        for value in model.parameters():
            torch.nn.init.zeros_(value)
        model.conv1.weight.data[:, :, 1, 1] = torch.tensor([[1.0], [-1.0]])
        model.fc.weight.data[:2] = torch.eye(2)
        for name, value in model.named_parameters():
            if "bn" in name and name.endswith("weight") and "layer1" not in name:
                torch.nn.init.ones_(value)
        return model

    @staticmethod
    def _scene(row: int, column: int, label: int = 0) -> Scene:
        """One white dot on grey, or black for class 1, under a mask of its own size."""
        image = np.full((64, 64, 3), 128, np.uint8)
        mask = np.zeros((1, 64, 64), bool)
        image[row, column], mask[0, row, column] = (0 if label else 255), True
        return Scene(image, (label,), mask)

    def test_a_maximum_on_the_object_is_a_hit_in_both_placements(self):
        """This net has jump 1, so that both placements are the identity."""
        found = pointing_game(self._bright(), [self._scene(20, 30), self._scene(5, 60, label=1)])
        assert found.n == 2
        assert found.rates == {"receptive-field": 1.0, "conventional": 1.0}

    def test_a_maximum_elsewhere_is_a_miss(self):
        shown = self._scene(20, 30)
        moved = replace(shown, masks=np.roll(shown.masks, 1, axis=2))
        assert pointing_game(self._bright(), [moved]).rates["receptive-field"] == 0.0

    def test_accuracy_counts_scenes_whose_objects_have_the_highest_logits(self):
        right, wrong = self._scene(9, 9), replace(self._scene(9, 9), labels=(2,))
        assert evaluate(self._bright(), [right, right, right, wrong]).accuracy == 0.75

    def test_of_two_objects_both_must_be_named(self):
        both = replace(self._scene(9, 9), labels=(1, 0), masks=np.zeros((2, 64, 64), bool))
        half = replace(both, labels=(0, 2))
        model = self._bright()
        model.fc.bias.data[1] = 0.01
        assert evaluate(model, [both, half]).accuracy == 0.5
