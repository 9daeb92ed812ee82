"""One block, operation by operation."""

from xml.etree import ElementTree

from resnet import ResNetSpec, trace
from resnet.drawing.charts.block_diagram import draw_block


def test_a_block_shows_its_operations_and_the_sum_with_its_shapes():
    block = trace(ResNetSpec()).block("layer2.0")
    words = [text.text for text in ElementTree.fromstring(draw_block(block)).iter("text")]
    assert {"1×1, 128", "3×3, 128, /2", "1×1, 512", "1×1, 512, /2"} <= set(words)
    assert "residual branch F(x)" in words
    assert "y = ReLU(S(x) + F(x)): 28×28×512 + 28×28×512 → 28×28×512" in words


def drawn_words(section):
    drawn = ElementTree.fromstring(draw_block(section))
    return ["".join(text.itertext()) for text in drawn.iter("text")]


def test_the_two_lanes_are_named_and_the_shortcut_says_what_it_does():
    graph = trace(ResNetSpec())
    change = "1×1 convolution, stride 2: 256 → 512 channels, 56 → 28."
    assert f"shortcut, downsample branch · {change}" in drawn_words(graph.block("layer2.0"))
    assert "shortcut · Identity: x is added unchanged." in drawn_words(graph.block("layer2.1"))


def test_the_stem_opens_with_the_shapes_of_table_1():
    words = drawn_words(trace(ResNetSpec()).section("stem"))
    assert {"7×7, 64, /2", "112×112×64", "3×3 max pool, /2", "56×56×64"} <= set(words)
    assert "x = maxpool(ReLU(BN(conv1(image)))): 56×56×64" in words


def test_the_head_opens():
    words = drawn_words(trace(ResNetSpec()).section("head"))
    assert {"average", "over 7×7", "1×1×2048", "fc", "2048 → 1000"} <= set(words)
    assert "logits = fc(mean(x)): 1000" in words


def test_squeeze_and_excitation_opens_into_its_operations():
    words = drawn_words(trace(ResNetSpec(se_reduction=16)).block("layer2.0"))
    at = words.index("pool")
    assert words[at : at + 5] == ["pool", "fc 32", "ReLU", "fc 512", "σ"]
    assert "SE gate: 512 → 32 → 512, 33.31 k params" in words


def test_the_gate_of_channel_attention_reads_neighbours():
    words = drawn_words(trace(ResNetSpec(attention="eca")).block("layer2.0"))
    at = words.index("pool")
    assert words[at : at + 3] == ["pool", "conv 5", "σ"]
    assert "ECA gate: 5 of 512 means each, 5 params" in words
