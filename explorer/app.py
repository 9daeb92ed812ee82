"""The server: `streamlit run explorer/app.py`, from any folder.

`script.py` is what runs for every visitor. A wrong limit ends the server in one sentence.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # streamlit puts explorer/ on the path, not the project's root
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from explorer import streamlit_joints  # noqa: E402
from explorer.state.limits import MB, LimitsError, limits  # noqa: E402

try:
    largest = max(limits().checkpoint_bytes, limits().photograph_bytes)
except LimitsError as error:
    sys.exit(str(error))
streamlit_joints.bound_uploads(-(-largest // MB))
streamlit_joints.ask_nobody_outside()
sys.setswitchinterval(0.0005)  # one visitor's run soon lets the loop send another's page

from explorer.resources.server import early_import, sent_files  # noqa: E402  # which ask for the limits

early_import.begin()
app = st.App(
    Path(__file__).with_name("script.py"),
    routes=[sent_files.route()],
    middleware=[Middleware(streamlit_joints.OnlyWhatPagesUse)],
)
