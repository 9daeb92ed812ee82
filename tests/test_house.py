"""The rules of the house that no linter knows."""

import re

from tests.conftest import ROOT

APP = ROOT / "explorer"
INSIDE_STREAMLIT = re.compile(
    r"from streamlit\.|_repr_html_|[Ee]lement\.host\b|st-key-|data-testid"
)


def test_only_resources_caches():
    cachers = {
        path.parent.name for path in APP.rglob("*.py") if "st.cache_" in path.read_text("utf-8")
    }
    assert cachers == {"resources"}


def test_only_the_joints_know_streamlit_from_inside():
    knowing = {
        str(path.relative_to(APP))
        for path in (*APP.rglob("*.py"), *APP.rglob("*.js"))
        if INSIDE_STREAMLIT.search(path.read_text("utf-8"))
    }
    starts_it = "__main__.py"
    assert knowing == {"streamlit_joints.py", "figures/joints.js", starts_it}
