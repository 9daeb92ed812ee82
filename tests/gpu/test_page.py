"""The Attention page on a GPU: its usual device, and what it says of a card that is full."""

import pytest

pytest.importorskip("streamlit", reason="the app's pages need Streamlit")

from tests.explorer.pages import forget, page, said


@pytest.fixture(autouse=True)
def nothing_kept():
    forget()
    yield
    forget()


def test_a_page_asks_the_gpu_where_there_is_one():
    app = page("attention").run()
    assert not app.exception
    assert not app.warning
    assert app.selectbox(key="attention_device").value == "cuda"
    assert "(cuda, fp32)" in said(app)


@pytest.mark.parametrize("loaded", [True, False], ids=["model there", "model not there"])
def test_a_full_card_is_said_and_the_cpu_answers(filled, loaded):
    if loaded:
        page("attention", sample="2").run()
    filled()
    app = page("attention", sample="3").run()
    assert not app.exception
    assert not app.error
    assert [warning.value.split(":")[0] for warning in app.warning] == ["Out of memory"]
    assert "(cpu, fp32)" in said(app)
