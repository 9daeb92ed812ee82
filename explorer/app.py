"""The entry point: `streamlit run explorer/app.py`, from any folder."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # streamlit puts explorer/ on the path, not the project's root
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from explorer.resources import collector  # noqa: E402
from explorer.state import page_choices  # noqa: E402
from explorer.widgets import components, controls  # noqa: E402
from explorer.widgets.escaping import plain  # noqa: E402
from resnet.fetch.bundled import AssetError  # noqa: E402
from resnet.text import language  # noqa: E402
from resnet.text.language import tr  # noqa: E402

language.choose_by(page_choices.language)
st.set_page_config(page_title="ResNet Explorer", page_icon="🛣️", layout="wide")
pages = [
    st.Page(
        "architecture/architecture.py",
        title=tr("Architecture"),
        icon=":material/account_tree:",
        default=True,
    ),
    st.Page("compare/compare.py", title=tr("Compare"), icon=":material/compare_arrows:"),
    st.Page("attention/attention.py", title=tr("Attention"), icon=":material/visibility:"),
    st.Page("lessons/lessons.py", title=tr("Lessons"), icon=":material/school:"),
]
st.html(ROOT / "explorer" / "widgets" / "page.css")
components.drawer()
chosen = st.navigation(pages, position="top")
try:
    chosen.run()
except AssetError as error:
    st.error(plain(error))
if "language" not in page_choices.hidden():
    with st.sidebar:
        controls.language()
collector.set_aside()
