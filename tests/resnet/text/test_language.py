"""Every language says every sentence, and no visitor gets the language of another."""

import ast
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from io import BytesIO
from string import Formatter
from threading import Thread
from typing import NamedTuple

import babel.messages.pofile
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from explorer.resources import drawings
from explorer.state.choices import page_choices
from resnet.drawing.stream.layout import BY_ITSELF
from resnet.export.formats import View, export
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text import language
from resnet.text.language import LANGUAGES, mark, speaking, spoken, tr, translated
from tests import extraction
from tests.conftest import ROOT

SOURCES = [*sorted((ROOT / "resnet").rglob("*.py")), *sorted((ROOT / "explorer").rglob("*.py"))]
HAN = re.compile(r"[\u4e00-\u9fff]")
METHODS = {"Grad-CAM", "Grad-CAM++", "HiResCAM", "LayerCAM", "SmoothGrad"}
TOKENS = METHODS | {
    "CPU",
    "JSON",
    "ONNX",
    "PNG",
    "SVG",
}  # said by `tr` among words, and the same everywhere
# Files that are still being written: what they say may wait for its translation.
WAITING: tuple[str, ...] = ()
FOREIGN = sorted(LANGUAGES.keys() - {"en"})


class Call(NamedTuple):
    """Where `tr` or `mark` is called, and with what."""

    where: str
    name: str
    message: ast.expr
    fields: frozenset[str]

    @property
    def literal(self) -> str | None:
        return extraction.literal(self.message)


@cache
def calls() -> tuple[Call, ...]:
    return tuple(
        Call(
            f"{path.relative_to(ROOT).as_posix()}:{call.lineno}",
            extraction.name(call),
            call.args[0],
            frozenset(keyword.arg or "**" for keyword in call.keywords),
        )
        for path in SOURCES
        for call in extraction.calls(path.read_text("utf-8"))
    )


def catalogue(name: str) -> Catalog:
    with (language.FOLDER / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)


def fields(message: str) -> list[tuple[str, str, str | None]]:
    """The fields of a message with how each is written, whatever their order."""
    parsed = Formatter().parse(message)
    return sorted((name, form, turned) for _, name, form, turned in parsed if name is not None)


def named(message: ast.expr) -> bool:
    """Whether a message is a variable, which may hold a marked one, or one of two variables."""
    if isinstance(message, ast.IfExp):
        return named(message.body) and named(message.orelse)
    return isinstance(message, (ast.Name, ast.Attribute, ast.Subscript))


def test_a_message_stands_in_its_call_or_was_marked_before():
    wrong = [
        call.where
        for call in calls()
        if call.literal is None and not (call.name == "tr" and named(call.message))
    ]
    assert not wrong


def given(message: str) -> set[str]:
    """The values that fill a message: of “{op.kind}”, op."""
    return {re.split(r"[.\[]", name)[0] for name, *_ in fields(message)}


def test_a_call_gives_the_fields_of_its_message():
    wrong = [
        call.where
        for call in calls()
        if call.name == "tr" and call.literal and call.fields  # without any, braces are letters
        if "**" not in call.fields and call.fields != given(call.literal)
    ]
    assert not wrong


def test_messages_are_found_wherever_they_stand():
    source = """tr("a {b}", b=f(tr("deep"))); f"{tr('inside')}"; mark("two " "parts"); tr(word)"""
    found = [
        message
        for _, _, message, _ in extraction.extract(
            BytesIO(source.encode()), extraction.KEYWORDS, (), {}
        )
    ]
    assert sorted(found) == ["a {b}", "deep", "inside", "two parts"]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_table_has_every_message_and_no_other(name):
    table = {entry.id: entry.string for entry in catalogue(name) if entry.id}
    messages = {call.literal: call.where for call in calls() if call.literal is not None}
    needed = {text for text, where in messages.items() if not where.startswith(WAITING)}
    translated = {message for message, text in table.items() if text}
    assert not needed - table.keys(), "not in the table; run `make words`"
    assert not table.keys() - messages.keys(), "no longer said; run `make words`"
    assert not needed - translated, "not translated yet"
    assert language.table(name).keys() == translated


@pytest.mark.parametrize("name", FOREIGN)
def test_a_table_is_sure_of_itself_and_sorted(name):
    known = catalogue(name)
    entries = [entry for entry in known if entry.id]
    assert not [entry.id for entry in entries if entry.fuzzy]
    assert not known.obsolete
    assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_translation_keeps_fields_code_and_links(name):
    kept = re.compile(r"`[^`]*`|\]\([^)]*\)|\*\*|:\w+\[|https?://\S+?(?=[)\s])")
    for english, text in language.table(name).items():
        assert fields(text) == fields(english), english
        assert sorted(kept.findall(text)) == sorted(kept.findall(english)), english


def test_english_is_said_where_nothing_is_asked_or_known():
    assert spoken() == "en"
    assert tr("{n} things nobody translates", n=3) == "3 things nobody translates"
    with speaking("zh"):
        assert tr("{n} things nobody translates", n=3) == "3 things nobody translates"
        assert tr("no {field} is filled") == "no {field} is filled"
    assert mark("said later") == "said later"


def test_a_language_is_held_for_a_while():
    word = mark("Lessons")
    with speaking("zh"):
        assert tr(word) != word
        assert translated({"a": word}) == {"a": tr(word)}
        with suppress(ZeroDivisionError), speaking("en"):
            assert tr(word) == word
            raise ZeroDivisionError
        assert spoken() == "zh"
    assert translated({"a": word}) == {"a": word}


def test_a_table_is_read_once_though_many_ask(monkeypatch):
    read = []
    monkeypatch.setattr(
        babel.messages.pofile, "read_po", lambda *a, **k: read.append(1) or read_po(*a, **k)
    )
    language._read.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(language.table, ["zh"] * 16)]
    assert len(read) == 1
    assert all(table is found[0] for table in found)


def test_the_library_reads_no_table_for_english(fresh_python):
    program = (
        "import sys, resnet.text.language as l; l.tr('Lessons'); print('babel' in sys.modules)"
    )
    assert fresh_python(program) == "False"


def test_a_thread_without_a_page_reads_english(caplog):
    found = []
    with caplog.at_level(logging.DEBUG, "streamlit"):
        thread = Thread(target=lambda: found.append(page_choices.language()))
        thread.start()
        thread.join()
    assert found == ["en"]
    assert not caplog.records


def pictures() -> list[str]:
    """Every picture that visitors share, of one network."""
    spec = ResNetSpec.preset("resnet18")
    return [
        drawings.stream_picture(spec, BY_ITSELF, True),
        drawings.flow_picture(spec, "block"),
        drawings.field_picture(spec, 3, 3, None),
        drawings.block_picture(spec, "layer2.0"),
    ]


def test_visitors_share_pictures_but_no_language():
    with speaking("en"):
        english = pictures()
    with speaking("zh"):
        chinese = pictures()
    with speaking("en"):
        again = pictures()
    assert again == english
    for ours, theirs in zip(english, chinese, strict=True):
        assert not HAN.search(ours)
        assert HAN.search(theirs)


@pytest.mark.parametrize("form", ["svg", "html", "png"])
def test_files_are_in_the_language_that_their_letters_can_write(form):
    """The app's font, which a PNG is drawn with, has no Chinese letters."""
    graph = trace(ResNetSpec.preset("resnet18"))
    english, chinese = export(graph, form), export(graph, form, View(language="zh"))
    assert (english == chinese) == (form == "png")
    if form != "png":
        assert HAN.search(chinese.decode())
        assert not HAN.search(english.decode())


PANELS = {
    "architecture": ["flow", "counting", "tables", "takeaway"],
    "compare": [],
    "attention": ["classes", "models", "anatomy", "lesions", "methods", "trust", "edits", "bundle"],
}


@pytest.mark.parametrize("page", PANELS)
def test_a_page_is_read_in_chinese_and_says_only_what_its_table_has(page, monkeypatch):
    missing, known = set(), language.table("zh")

    class Strict(dict):
        def get(self, message, fallback):
            missing.update({message} - self.keys() - TOKENS)
            return super().get(message, fallback)

    monkeypatch.setattr(language, "_read", lambda name: Strict(known) if name == "zh" else {})
    app = AppTest.from_file(str(ROOT / "explorer" / "script.py"), default_timeout=60)
    app.query_params["lang"] = "zh"
    app.switch_page(f"{page}/{page}.py").run()
    for panel in PANELS[page]:
        app.query_params.update({"panel": panel, "open": "layer2.0", "field": "1", "extras": "bn"})
        app.run()
    assert not app.exception
    assert not missing
    assert any(HAN.search(caption.value) for caption in app.caption)


def test_the_language_is_switched_in_the_page_and_kept_in_its_address():
    app = AppTest.from_file(str(ROOT / "explorer" / "script.py"), default_timeout=60)
    app.switch_page("compare/compare.py").run()
    assert not HAN.search(app.button[0].label)
    app.segmented_control(key="language").set_value("zh").run()
    assert HAN.search(app.button[0].label)
    assert app.query_params["lang"] == "zh"
    app.segmented_control(key="language").set_value("en").run()
    assert not HAN.search(app.button[0].label)
    assert "lang" not in app.query_params


def test_a_link_of_a_chinese_page_is_a_link():
    app = AppTest.from_file(str(ROOT / "explorer" / "script.py"), default_timeout=60)
    app.switch_page("compare/compare.py").run()
    app.text_input(key="compare_right").set_value("http://host/?net=resnet18&lang=zh").run()
    assert not app.warning
    assert app.text_input(key="compare_right").value == "net=resnet18"
