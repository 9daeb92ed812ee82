"""What runs for every visitor: language, page config, navigation."""

from pathlib import Path

import streamlit as st

from explorer.resources.server import collector, housekeeping
from explorer.resources.server.workers import Ended
from explorer.state import in_hand
from explorer.state.choices import page_choices
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from explorer.widgets.files import intake, session_menu
from resnet.fetch.bundled import AssetError
from resnet.text import language
from resnet.text.language import tr

collector.set_aside()
in_hand.begin()
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
    st.Page("audit/audit.py", title=tr("Audit"), icon=":material/fact_check:"),
    st.Page("lessons/lessons.py", title=tr("Lessons"), icon=":material/school:"),
    st.Page("glossary/glossary.py", title=tr("Glossary"), icon=":material/menu_book:"),
]
st.html(Path(__file__).parent / "widgets" / "page.css")
housekeeping.start()
components.drawer()
intake.take_in()
components.tab()
chosen = st.navigation(pages, position="top")
opened = session_menu.opened(chosen.url_path)
if opened is not None:
    st.switch_page(f"{opened}/{opened}.py")
try:
    chosen.run()
except (AssetError, Ended) as error:
    st.error(plain(error))
if "language" not in page_choices.hidden():
    with st.sidebar:
        controls.language()
        session_menu.menu(chosen.url_path)
controls.stamp()
