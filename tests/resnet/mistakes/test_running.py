"""Programs run apart: what they say, and nothing left behind."""

import warnings

import torch

from resnet.mistakes.all_mistakes import MISTAKES
from resnet.mistakes.running import outcome


def test_a_program_leaves_nothing_behind():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    filters, dtype, grad = [*warnings.filters], torch.get_default_dtype(), torch.is_grad_enabled()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for name in ("pretrained-kw", "eval-forgotten", "relu-before-add"):
            assert outcome(MISTAKES[name].wrong)
    assert not said
    assert torch.equal(torch.rand(3), expected)
    assert filters == [*warnings.filters]
    assert (dtype, grad) == (torch.get_default_dtype(), torch.is_grad_enabled())


def test_an_outcome_is_what_is_printed_and_the_first_line_of_the_error(capsys):
    assert outcome("print(1, 2, sep='-')\nprint('a')") == "1-2\na"
    assert outcome("print(1)\nraise KeyError('x\\ny')") == "1\nKeyError: 'x\\ny'"
    assert outcome("raise ValueError('one\\ntwo')") == "ValueError: one"
    assert outcome("raise ValueError") == "ValueError"
    assert capsys.readouterr().out == ""


def test_the_same_seed_gives_the_same_numbers_whatever_ran_before():
    torch.manual_seed(99)
    torch.rand(7)
    assert (
        outcome(MISTAKES["inplace-relu-alias"].right)
        == "x has minimum -2.61\nidentity has minimum -2.61"
    )
