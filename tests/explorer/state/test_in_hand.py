"""A control that says what the browser showed before was not moved."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from explorer.state import in_hand

    def noted() -> None:
        st.session_state["moves"] = st.session_state.get("moves", 0) + 1

    st.text_input("One", key="network_one", on_change=in_hand.when_moved("network_one", noted))
    if not st.session_state.get("short"):
        in_hand.drawn()


def test_what_a_run_cut_short_has_put_there_does_not_come_back_as_a_move():
    app = AppTest.from_function(_page).run()
    app.text_input(key="network_one").set_value("a").run()
    assert app.session_state["moves"] == 1
    app.session_state["short"] = True
    app.session_state["network_one"] = "b"  # which the browser never hears of
    app.run()
    app.text_input(key="network_one").set_value("a").run()
    assert app.session_state["moves"] == 1
    app.text_input(key="network_one").set_value("c").run()
    assert app.session_state["moves"] == 2
    app.text_input(key="network_one").set_value("a").run()
    assert app.session_state["moves"] == 3
