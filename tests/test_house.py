"""The rules of the house that no linter knows."""

import re

from tests.conftest import ROOT

APP = ROOT / "explorer"
INSIDE_STREAMLIT = re.compile(
    r"from streamlit\.|_repr_html_|[Ee]lement\.host\b|st-key-|data-testid"
)


def test_only_resources_caches():
    cachers = {
        path.relative_to(APP).parts[0]
        for path in APP.rglob("*.py")
        if "st.cache_" in path.read_text("utf-8")
    }
    assert cachers == {"resources"}


def test_only_state_reads_or_writes_the_address():
    rooms = {
        path.relative_to(APP).parts[0]
        for path in APP.rglob("*.py")
        if "st.query_params" in path.read_text("utf-8")
    }
    assert rooms == {"state"}


def test_only_the_joints_know_streamlit_from_inside():
    knowing = {
        str(path.relative_to(APP))
        for path in (*APP.rglob("*.py"), *APP.rglob("*.js"))
        if INSIDE_STREAMLIT.search(path.read_text("utf-8"))
    }
    starts_it = "__main__.py"
    assert knowing == {"streamlit_joints.py", "figures/joints.js", starts_it}


def test_no_test_imports_another():
    """What several need stands in a module that is none."""
    importing = re.compile(r"^(from|import) tests\S*\btest_", re.M)
    assert not [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if importing.search(path.read_text("utf-8"))
    ]


def test_a_test_is_named_for_its_module_or_stands_for_its_whole_room():
    wrong = []
    for path in (*(ROOT / "tests").glob("resnet/*/**/test_*.py"),
                 *(ROOT / "tests").glob("explorer/*/**/test_*.py")):  # fmt: skip
        room = ROOT / path.parent.relative_to(ROOT / "tests")
        name = path.stem.removeprefix("test_")
        if name != room.name and not (room / f"{name}.py").exists():
            wrong.append(path.relative_to(ROOT).as_posix())
    assert not wrong
