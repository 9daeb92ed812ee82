"""Pages that count and draw are there before torch is imported, and without it."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.explorer.light_pages import CASES


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, dict]:
    """What each page showed, and what was imported by then, one after the other."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.explorer.light_pages"],
        cwd=tmp_path_factory.mktemp("elsewhere"), env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_a_page_imports_nothing_that_it_does_not_need(seen, name):
    assert seen[name] == {"there": True, "loaded": []}
