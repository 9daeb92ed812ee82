"""The one rule of the house that no linter knows."""

from tests.conftest import ROOT


def test_only_resources_caches():
    cachers = {
        path.parent.name
        for path in (ROOT / "explorer").rglob("*.py")
        if "st.cache_" in path.read_text("utf-8")
    }
    assert cachers == {"resources"}
