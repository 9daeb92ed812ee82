"""The Attention page, as the tests of its parts begin with it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def opened(**choices: str) -> AppTest:
    """The page with these choices in its address, drawn once."""
    page = attention()
    page.query_params.update(choices)
    return page.run()


def attention() -> AppTest:
    page = AppTest.from_file(str(ROOT / "explorer" / "app.py"), default_timeout=240)
    return page.switch_page("attention/attention.py")


@pytest.fixture
def app() -> AppTest:
    return attention()
