"""A link followed as far as it can be."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet import ResNetSpec, SpecError
from resnet.network.fields.rules import CHOICES
from resnet.network.links import follow
from resnet.network.naming.presets import PRESETS, RESNET50
from resnet.network.naming.query import split
from tests.strategies import specs

preset = ResNetSpec.preset


@given(specs())
def test_a_link_that_a_network_writes_is_followed_whole(spec):
    followed = follow(spec.to_fields())
    assert (followed.spec, followed.note) == (spec, "")


def test_what_no_network_has_is_ignored_with_a_note():
    followed = follow(split("net=resnet18&utm_source=mail&fbclid=x_1&shortcut=C"))
    assert followed.spec == preset("resnet18", shortcut="C")
    assert followed.note == "Ignored in the link, since no network has it: utm_source, fbclid."


@pytest.mark.parametrize(
    ("link", "spec", "left_out"),
    [
        ("net=resnet34&preact=2&num_classes=7", preset("resnet34", num_classes=7), "preact=2"),
        ("groups=1_0&shortcut=D", ResNetSpec(shortcut="D"), "groups=1_0"),
        ("groups=٣&shortcut=D", ResNetSpec(shortcut="D"), "groups=٣"),
        ("conv_bias=-1", ResNetSpec(), "conv_bias=-1"),
        ("net=resnet18&groups=2&stem=deep", preset("resnet18", stem="deep"), "groups=2"),
        ("stem=giant&norm=group", ResNetSpec(norm="group"), "stem=giant"),
        ("image_size=5&num_classes=10", ResNetSpec(num_classes=10), "image_size=5"),
        ("strides=1,2&num_classes=10", ResNetSpec(num_classes=10), "strides=1,2"),
        ("net=vgg&num_classes=10", ResNetSpec(num_classes=10), "net=vgg"),
    ],
)
def test_a_field_that_cannot_be_is_left_out_and_named_with_the_reason(link, spec, left_out):
    with pytest.raises(SpecError) as refused:
        ResNetSpec.from_query(link)
    followed = follow(split(link))
    assert followed.spec == spec
    assert followed.left_out == {left_out: str(refused.value)}
    assert followed.note == f"Left out of the link: {left_out}. {refused.value}"


def test_stages_alone_bring_widths_of_their_own():
    followed = follow(split("layers=3,4,6"))
    assert (followed.spec.planes, followed.note) == ((64, 128, 256), "")
    assert follow(split("net=wrn28_10&layers=2,2")).spec.planes == (160, 320)


@pytest.mark.parametrize("name", ["ResNet18", "RESNET18", " resnet18"])
def test_a_name_is_read_in_either_case(name):
    assert follow({"net": name}).spec == preset(name) == preset("resnet18")
    assert ResNetSpec.from_query(f"net={name}") == preset("resnet18")


_VALUES = dict.fromkeys(RESNET50, ("0", "1", "2", "16", "1,2", "2,2,2", "x", "")) | {
    name: (*allowed, "no") for name, allowed in CHOICES.items()
}


@st.composite
def links(draw: st.DrawFn) -> dict[str, str]:
    """Any fields with values that each may have, and some that it may not."""
    names = draw(st.lists(st.sampled_from([*RESNET50]), unique=True))
    net = draw(st.sampled_from([{}, *({"net": name} for name in PRESETS)]))
    return net | {name: draw(st.sampled_from(_VALUES[name])) for name in names}


@given(links())
def test_every_link_is_followed_and_every_field_is_kept_or_named(link):
    followed = follow(link)
    assert follow(link) == followed
    again = follow(
        {name: text for name, text in link.items() if f"{name}={text}" not in followed.left_out}
    )
    assert again.spec == followed.spec
    for field, reason in followed.left_out.items():
        assert reason, field


def test_the_worst_link_is_followed_at_once():
    """Every field against its neighbour, in the largest network."""
    link = split(
        "net=keras_resnet50v2&block=basic&layers=500,500,500,500&groups=2&stride_on=1x1&norm=group"
        "&width_per_group=3&first_activation=both&antialias=binomial&pool=ceil&zero_init_residual=1"
        "&planes=33,33,33,33&stem=tiered&stem_width=1&attention=eca&se_reduction=4&se_divisor=8"
        "&shortcut=A&expansion=3&image_size=33&strides=1&dilations=1,1&in_channels=1&num_classes=7"
    )
    start = perf_counter()
    followed = follow(link)
    assert perf_counter() - start < 5
    assert (followed.spec.in_channels, followed.spec.num_classes) == (1, 7)
    assert len(followed.left_out) > 3
