"""The recipe of the paper's CIFAR-10 networks."""

import pytest

from resnet.training.paper_recipe import PaperRecipe


def test_the_recipe_is_the_papers_on_a_shorter_run():
    recipe = PaperRecipe(epochs=8)
    assert [recipe.rate_at(epoch) for epoch in range(8)] == pytest.approx(
        [0.01, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001]
    )
