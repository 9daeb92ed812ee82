"""One block, operation by operation."""

from xml.etree import ElementTree

from resnet import ResNetSpec, trace
from resnet.drawing.charts.block_diagram import draw_block


def test_a_block_shows_its_operations_and_the_sum_with_its_shapes():
    block = trace(ResNetSpec()).block("layer2.0")
    words = [text.text for text in ElementTree.fromstring(draw_block(block)).iter("text")]
    assert {"1×1, 128", "3×3, 128, /2", "1×1, 512", "1×1, 512, /2"} <= set(words)
    assert "y = ReLU(S(x) + F(x)): 28×28×512 + 28×28×512 → 28×28×512" in words
