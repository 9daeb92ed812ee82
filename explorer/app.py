"""The entry point: `streamlit run explorer/app.py`, from any folder."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # streamlit puts explorer/ on the path, not the project's root
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from explorer import components, controls, garbage, state  # noqa: E402
from resnet import language  # noqa: E402
from resnet.language import tr  # noqa: E402

language.ask(state.language)
st.set_page_config(page_title="ResNet Explorer", page_icon="🛣️", layout="wide")
pages = [
    st.Page(
        "views/architecture.py",
        title=tr("Architecture"),
        icon=":material/account_tree:",
        default=True,
    ),
    st.Page("views/compare.py", title=tr("Compare"), icon=":material/compare_arrows:"),
    st.Page("views/attention.py", title=tr("Attention"), icon=":material/visibility:"),
    st.Page("views/lessons.py", title=tr("Lessons"), icon=":material/school:"),
]
st.html(ROOT / "explorer" / "page.css")
components.drawer()
chosen = st.navigation(pages, position="top")
chosen.run()
if "language" not in state.hidden():
    with st.sidebar:
        controls.language()
garbage.set_aside()
