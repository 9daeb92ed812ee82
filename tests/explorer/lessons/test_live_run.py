"""What a run on the page is asked for, driven without a browser."""

import pytest

from tests.explorer.lessons.reading import lesson_page


@pytest.mark.parametrize(
    ("name", "run", "seed", "taken"),
    [("degradation", "degradation", "abc", 0), ("gradients", "shattering", "5000", 999)],
)
def test_a_seed_that_cannot_be_is_not_taken(name, run, seed, taken):
    app = lesson_page(name, seed=seed)
    assert app.number_input(key="lessons_seed").value == taken
    assert app.session_state["asked"][run]["seed"] == taken
