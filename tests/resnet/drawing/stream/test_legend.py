"""The legend names what the network has."""

from xml.etree import ElementTree

from resnet import ResNetSpec, trace
from resnet.drawing.stream.picture import draw_stream
from tests.svg import of_class


def keys(spec: ResNetSpec, explained: bool = True) -> set[str]:
    root = ElementTree.fromstring(draw_stream(trace(spec), explained=explained))
    return {text.text for text in of_class(root, "key")}


def test_the_legend_names_what_the_network_has():
    usual = keys(ResNetSpec())
    special = keys(ResNetSpec(groups=32, width_per_group=4, se_reduction=16))
    assert {"grouped", "squeeze-excitation"} <= special
    assert not {"grouped", "squeeze-excitation", "zeros"} & usual
    assert keys(ResNetSpec(shortcut="none")) == {"conv, BN, ReLU", "changes the shape"}
    assert keys(ResNetSpec(), explained=False) == set()
