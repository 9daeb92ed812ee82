"""What comes from outside is shown as it is, on every panel and in every kind of display."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.figures.charts.unformatted import unformatted
from explorer.widgets.escaping import LONGEST, plain
from tests.checkpoints import resnet20
from tests.explorer.pages import charts, page, said, upload

HOSTILE = (
    "<b>bold</b>",
    "[x](http://e.com)",
    "$x$ :smile: :red[r]",
    "![i](http://e.com/i.png) &lt;",
)
PANELS = ("stages", "classes", "models", "anatomy", "lesions", "methods", "trust", "edits",
          "bundle")  # fmt: skip
SIGNS = "\\`*_{}[]()#+!|<>~$:&"


@given(st.text(max_size=80))
def test_escapes_and_joiners_taken_off_leave_what_was_said(text):
    shown = plain(text)
    unescaped = re.sub(r"\\([\W_])", r"\1", shown).replace("\N{WORD JOINER}", "")
    assert unescaped == " ".join(text.split()).replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_of_markdown_is_escaped(sign):
    assert f"\\{sign}" in plain(f"a{sign}b")


@pytest.mark.parametrize(
    "word", ["http://e.com", "HTTPS://e.com", "www.e.com", "a@b.co", ":material/home:", "a -> b"]
)
def test_what_is_looked_for_after_markdown_is_kept_apart(word):
    assert word not in plain(word).replace("\\", "")


@pytest.mark.parametrize(
    ("text", "shown"), [("1. a", "1\\. a"), ("- a", "\\- a"), ("2) a", "2\\) a")]
)
def test_no_list_begins(text, shown):
    assert plain(text) == shown


def test_a_message_has_an_end():
    assert len(plain("a" * 10_000)) == LONGEST + 2


def test_a_chart_shows_signs_as_signs():
    assert unformatted("<b>a</b> & <a href='x'>") == "&lt;b&gt;a&lt;/b&gt; &amp; &lt;a href='x'&gt;"


@pytest.fixture(scope="module")
def hostile():
    """The Attention page with a checkpoint whose classes have such names."""
    app = upload(page("attention").run(), "control_own", "**n**.pth", resnet20())
    return upload(app, "control_labels", "l.json", json.dumps(HOSTILE).encode())


@pytest.mark.parametrize("panel", PANELS)
def test_hostile_labels_stand_on_no_panel_as_markup(hostile, panel):
    hostile.query_params["panel"] = panel
    hostile.run()
    assert not hostile.exception
    words = said(hostile)
    images = [image.proto.imgs[0].caption for image in hostile.get("imgs")]
    for label in HOSTILE:
        assert label not in words
        assert not any(label in caption for caption in images)
    assert any(plain(label) in words for label in HOSTILE)
    drawn = [e.proto.body for e in hostile.get("html")]
    assert not any("<b>" in body for body in drawn)
    assert "<b>" not in "".join(map(json.dumps, charts(hostile)))
    assert "**n**" not in words
