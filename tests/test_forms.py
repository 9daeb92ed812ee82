"""The guide's table of forms is what reading them gives."""

import pytest

from tests.forms import DOCUMENT, FORMS, Form, Result, documented, read, table


@pytest.fixture(scope="module")
def results() -> list[tuple[Form, Result]]:
    return [(form, read(form)) for form in FORMS]


def test_the_table_of_the_guide_is_what_is_read(results):
    assert documented(table(results)) == DOCUMENT.read_text("utf-8")


def test_a_form_is_right_or_refused(results):
    assert [f.title for f, result in results if result.error is not None and not result.right] == []


def test_a_difference_is_seen():
    assert not Result(error=2e-4).right
    assert Result(error=9e-5).right
    assert not Result(refusal="no").right
