"""The Attention page, which the tests of its parts begin with."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.explorer.pages import page


@pytest.fixture
def app() -> AppTest:
    """Opened on a network whose answers the tests know, and whose links leave it out no more."""
    return page("attention", model="shapes_resnet20")
