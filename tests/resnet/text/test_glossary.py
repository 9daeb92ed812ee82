"""One word for one idea: sentences use the glossary's terms, in English and in Chinese."""

import re
from pathlib import Path

import pytest

from resnet.mistakes.all_mistakes import MISTAKES
from resnet.mistakes.comments import COMMENT, COMMENTS, FIRST_LINES, commented
from resnet.text.glossary import TERMS
from resnet.text.language import speaking, table
from tests.conftest import ROOT

NAMES = {term.english: term for term in TERMS}
# What stands in a sentence as it is: fields, code, and settings as they are typed.
AS_IT_IS = re.compile(
    r"\{[^}]*\}|`[^`]*`|\w+(?:\.\w+)+(?:\([^)]*\))?|norm batch|first_activation branch"
)


def has(term, sentence: str) -> bool:
    """Whether an English sentence has the term, or several of it."""
    words = term.english.replace(" ", "[ -]")
    return re.search(rf"\b{words}(s|es)?\b", AS_IT_IS.sub("", sentence), re.IGNORECASE) is not None


@pytest.mark.parametrize("name", NAMES)
def test_where_english_has_a_term_chinese_has_its_own(name):
    term, words = NAMES[name], table("zh")
    ways = (term.chinese, *term.variants)
    using = [english for english in words if has(term, english)]
    other = [english for english in using if not any(way in words[english] for way in ways)]
    assert using, "a term that is never said"
    assert not other, f"none of {ways} is said"


def test_rejected_words_stand_nowhere():
    rejected = {word for term in TERMS for word in term.rejected}
    found = [(word, text) for text in table("zh").values() for word in rejected if word in text]
    assert not found


def test_a_word_is_no_terms_and_rejected_for_another():
    said = {way for term in TERMS for way in (term.chinese, *term.variants)}
    rejected = [word for term in TERMS for word in term.rejected]
    assert not [word for word in rejected for way in said if word in way]
    assert len(rejected) == len(set(rejected))


def test_terms_are_in_order_and_each_stands_once():
    names = [term.english for term in TERMS]
    assert names == sorted(set(names), key=str.casefold)
    chinese = [term.chinese for term in TERMS]
    assert len(chinese) == len(set(chinese))


def test_programs_are_commented_in_chinese_and_stay_what_they_are():
    programs = [code for one in MISTAKES.values() for code in (one.wrong, one.right)]
    found = {comment for code in programs for comment in COMMENT.findall(code)}
    assert found - {"FashionMNIST"} == {*COMMENTS, *FIRST_LINES}
    with speaking("zh"):
        for code in programs:
            assert COMMENT.sub("", commented(code)) == COMMENT.sub("", code)
            assert not {*COMMENTS, *FIRST_LINES} & {*COMMENT.findall(commented(code))}


def test_han_letters_do_not_slant():
    css = Path(ROOT / "explorer" / "widgets" / "page.css").read_text("utf-8")
    assert ":lang(zh) em { font-style: normal;" in css
