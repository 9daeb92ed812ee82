"""A page's choices and the addresses that runs bring."""

from streamlit.testing.v1 import AppTest


def cut_short() -> None:
    """A run that reads its address, and writes one unless it is cut short before."""
    import streamlit as st

    from explorer.state.choices.page_choices import Page, acted

    page = Page("tried", {"open": ""})
    if st.session_state.get("press"):
        acted()
        st.session_state["press"] = False
    st.session_state["read"] = page.read()
    if not st.session_state.get("cut"):
        page.write({"net": "new"})


def test_no_run_follows_an_old_address_until_one_has_written_its_own():
    app = AppTest.from_function(cut_short).run()
    app.session_state["press"], app.session_state["cut"] = True, True
    app.query_params["net"] = "old"
    assert app.run().session_state["read"] is None
    assert app.run().session_state["read"] is None  # the same address, by a run after it
    app.session_state["cut"] = False
    app.run()
    app.query_params["net"] = "other"
    assert app.run().session_state["read"] == {"net": "other"}
