"""Every operation that a network can have is said in short and whole."""

from hypothesis import given, settings

from explorer.figures.op_words import chip, sentence
from resnet import trace
from tests.strategies import specs


@settings(max_examples=60)
@given(specs())
def test_every_operation_has_its_words(spec):
    for section in trace(spec).sections:
        for op in section.ops:
            assert 0 < len(chip(op)) <= 20, op
            assert sentence(op).endswith("."), op
            assert "{" not in chip(op) + sentence(op)
