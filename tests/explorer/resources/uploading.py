"""A page that keeps what a visitor uploads, and imports something at every run."""

import sys
from types import ModuleType

import streamlit as st

from explorer.resources import collector, housekeeping, shelves

housekeeping.start()
shelves.visitors().once("a question", object)

uploads = st.file_uploader("Photographs", accept_multiple_files=True)
st.session_state["uploads"] = uploads
name = f"just_imported_{len(sys.modules)}"
sys.modules[name] = ModuleType(name)
collector.set_aside()
