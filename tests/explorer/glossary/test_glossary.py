"""The Glossary page: every term, searched in any column and by the address."""

from resnet.text.glossary import TERMS
from tests.explorer.pages import opened


def tables(app) -> list[str]:
    written = [html.proto.body for html in app.get("html")]
    return [body for body in written if body.startswith("<table")]


def shown(app) -> list[str]:
    """The English terms on the page."""
    return [row.split("<")[0] for table in tables(app) for row in table.split('lang="en">')[1:]]


def looked_up(app, text: str) -> list[str]:
    app.text_input(key="glossary_find").set_value(text).run()
    assert not app.exception
    return shown(app)


def test_every_term_is_shown_and_a_search_goes_over_all_columns():
    app = opened("glossary")
    assert shown(app) == [term.english for term in TERMS]
    assert looked_up(app, "步幅") == ["jump", "stride"]
    assert looked_up(app, "∂L/∂w") == ["gradient"]
    assert looked_up(app, " Maxpool") == ["pooling", "stem"]
    assert looked_up(app, "zero channels") == ["option A"]
    assert app.query_params["find"] == "zero channels"


def test_an_address_opens_a_search_in_chinese():
    app = opened("glossary", find="前向", lang="zh")
    assert shown(app) == ["forward pass"]
    (table,) = tables(app)
    assert "从图像到 logit" in table


def test_what_is_in_no_term_is_said_as_it_is_written():
    app = opened("glossary", find="<b>*x*")
    assert shown(app) == []
    assert "No term here has" in app.info[0].value
    assert "<b>" not in app.info[0].value
