"""The legend names what the network has."""

from xml.etree import ElementTree

from resnet import ResNetSpec, trace
from resnet.drawing.stream.legend import legend
from resnet.drawing.stream.picture import draw_stream
from tests.svg import of_class


def keys(spec: ResNetSpec, explained: bool = True) -> set[str]:
    root = ElementTree.fromstring(draw_stream(trace(spec), explained=explained))
    return {text.text for text in of_class(root, "key")}


def test_the_legend_names_what_the_network_has():
    usual = keys(ResNetSpec())
    special = keys(ResNetSpec(groups=32, width_per_group=4, se_reduction=16))
    assert {"F(x): conv, BN, ReLU", "sum", "ReLU after the sum", "projection"} <= usual
    assert {"grouped", "squeeze-excitation"} <= special
    assert not {"grouped", "squeeze-excitation", "zero channels"} & usual
    assert "ReLU after the sum" not in keys(ResNetSpec(preact=True))
    assert keys(ResNetSpec(shortcut="none")) == {"F(x): conv, BN, ReLU", "lowers the resolution"}
    assert keys(ResNetSpec(), explained=False) == set()


def test_gates_are_called_what_they_are():
    named = {option: keys(ResNetSpec.preset("resnet34", shortcut=option)) for option in "ABCD"}
    gates = {"projection", "pool, projection", "zero channels"}
    assert {option: words & gates for option, words in named.items()} == {
        "A": {"zero channels"},
        "B": {"projection"},
        "C": {"projection"},
        "D": {"pool, projection"},
    }


def test_a_legend_that_is_too_long_for_a_row_takes_two():
    rows = legend(trace(ResNetSpec(groups=32, width_per_group=4, se_reduction=16)), 0.0, 1100.0)
    assert len(rows) == 2
    assert len(legend(trace(ResNetSpec()), 0.0, 1100.0)) == 1
