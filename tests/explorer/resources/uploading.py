"""A page that keeps what a visitor uploads, and sets aside what there is at every run."""

import streamlit as st

from explorer.resources.server import collector, housekeeping, shelves

housekeeping.start()
shelves.visitors().once("a question", object)

uploads = st.file_uploader("Photographs", accept_multiple_files=True)
st.session_state["uploads"] = uploads
collector.set_aside()
