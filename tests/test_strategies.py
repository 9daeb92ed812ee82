"""What a property is said to hold for is really drawn."""

from hypothesis import given, settings

from resnet.network.fields.axes import ATTENTIONS
from resnet.network.fields.rules import CHOICES
from resnet.network.fields.stems import POOLS
from tests.strategies import specs

KINDS = {
    **{field: {*words} for field, words in CHOICES.items() if field not in ("pool", "attention")},
    "gate": {*ATTENTIONS},
    "stem_pool": {*POOLS},
    "conv_bias": {True, False},
    "expansion": {0, 1, 2, 3},
    "preact": {True, False},
    "zero_init_residual": {True, False},
    "se_reduction": {0, 2, 4, 16},
    "groups": {1, 2, 4},
    "in_channels": {1, 3, 4},
}


def test_random_networks_are_of_every_kind():
    drawn = []

    @settings(max_examples=200, database=None)
    @given(specs())
    def draw(spec):
        drawn.append(spec)

    draw()
    assert len(drawn) == 200  # none was rejected
    assert {name: {getattr(spec, name) for spec in drawn} for name in KINDS} == KINDS
    assert {len(spec.layers) for spec in drawn} == {1, 2, 3, 4, 5, 6}
