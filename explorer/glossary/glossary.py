"""The Glossary page: the field's terms in both languages, with symbols and torchvision's names."""

from __future__ import annotations

from html import escape

import streamlit as st

from explorer.state.choices.glossary_choices import GLOSSARY
from explorer.widgets import controls
from explorer.widgets.escaping import plain
from resnet.text.glossary import TERMS, Term
from resnet.text.language import tr


def page() -> None:
    """Draw the page."""
    GLOSSARY.read()
    GLOSSARY.write({})
    st.markdown(f"### {tr('Glossary')}")
    st.markdown(tr("What is said on these pages, in English and Chinese, in formulas and in code."))
    controls.text(GLOSSARY, "find", tr("Find a term"), tr("in either language, or in code"))
    looked_for = GLOSSARY.asked("find").strip()
    found = [term for term in TERMS if _has(term, looked_for)]
    if found:
        st.html(_table(found))
    else:
        st.info(tr("No term here has “{text}”.", text=plain(looked_for)))


def _cells(term: Term) -> dict[str, str]:
    """What is said of a term, by the heading that it stands under."""
    return {
        "English": term.english,
        "中文": term.chinese,
        tr("symbol"): term.symbol,
        "torchvision": term.torchvision,
        tr("meaning"): tr(term.meaning),
    }


def _has(term: Term, text: str) -> bool:
    return any(text.casefold() in cell.casefold() for cell in _cells(term).values())


def _table(terms: list[Term]) -> str:
    headings = "".join(f'<th scope="col">{escape(name)}</th>' for name in _cells(terms[0]))
    rows = "".join(f"<tr>{_row(term)}</tr>" for term in terms)
    head, body = f"<thead><tr>{headings}</tr></thead>", f"<tbody>{rows}</tbody>"
    return f'<table class="glossary">{head}{body}</table>'


def _row(term: Term) -> str:
    english, chinese, symbol, code, meaning = map(escape, _cells(term).values())
    return (
        f'<th scope="row" lang="en">{english}</th><td lang="zh">{chinese}</td>'
        f'<td class="symbol">{symbol}</td><td><code>{code}</code></td><td>{meaning}</td>'
    )


page()
