"""The Attention page, which the tests of its parts begin with."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.pages import page


@pytest.fixture
def app() -> AppTest:
    return page("attention")
