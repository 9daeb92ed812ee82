"""The recipe of the small networks, and what of the paper's it keeps."""

import pytest

from resnet.training.sgd_recipe import SgdRecipe


def test_the_rate_is_divided_where_the_paper_divides_it():
    recipe = SgdRecipe(epochs=8)
    assert [recipe.rate_at(epoch) for epoch in range(8)] == pytest.approx(
        4 * [0.01] + 2 * [0.001] + 2 * [0.0001]
    )
    assert (recipe.batch, recipe.momentum, recipe.decay) == (128, 0.9, 1e-4)


def test_the_first_epochs_can_be_warmed_up():
    recipe = SgdRecipe(epochs=8, rate=0.1, warm=1)
    assert [recipe.rate_at(epoch) for epoch in range(8)] == pytest.approx(
        [0.01, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001]
    )
