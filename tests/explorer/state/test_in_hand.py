"""A control that shows what a run has set it to was not moved, however late it shows it."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.state.in_hand import STAMP


def _page() -> None:
    import streamlit as st

    from explorer.state import in_hand

    def moved() -> None:
        st.session_state["one"] = st.session_state["network_one"]
        st.session_state["moves"] = st.session_state.get("moves", 0) + 1

    in_hand.begin()
    in_hand.fill("network_one", st.session_state.get("one", "a"))
    st.text_input("One", key="network_one", on_change=in_hand.when_moved("network_one", moved))
    st.text_input("Stamp", key=in_hand.STAMP)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(_page).run()


def told(app: AppTest, value: str, run: int) -> int:
    """How many moves there were, once a browser that has drawn this run shows that value."""
    app.text_input(key=STAMP).set_value(str(run))
    app.text_input(key="network_one").set_value(value).run()
    assert not app.exception
    return app.session_state["moves"] if "moves" in app.session_state else 0  # noqa: SIM401


def test_every_move_of_a_hand_counts_and_one_back_does_too(app):
    assert [told(app, value, 1) for value in ("b", "a", "b", "c")] == [1, 2, 3, 4]


def test_what_was_shown_before_is_no_move_until_the_new_is_drawn(app):
    app.session_state["one"] = "b"
    app.run()
    app.session_state["one"] = "c"
    app.run()
    assert told(app, "a", 1) == 0
    assert told(app, "b", 2) == 0
    assert app.text_input(key="network_one").value == "c"  # as it should show, and so is told again
    assert told(app, "b", 5) == 1
    assert told(app, "a", 5) == 2


def test_a_control_that_shows_its_value_is_left_to_the_hand(app):
    """A value that is set goes to the browser, where a quicker hand may have moved on."""
    told(app, "b", 1)
    assert not app.text_input(key="network_one").proto.set_value
    app.session_state["one"] = "c"
    app.run()
    assert app.text_input(key="network_one").proto.set_value
    app.run()  # which the browser need not have drawn
    assert app.text_input(key="network_one").proto.set_value
