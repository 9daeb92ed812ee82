"""A few hundred hostile cases; `make fuzz` runs ten thousand of each kind."""

import pytest

from tests.fuzz import KINDS, limits
from tests.fuzz.runner import fuzz
from tests.fuzz.stored import load, store
from tests.fuzz.worker import judge, no_sentence

CASES = {
    "images": 150, "labels": 100, "checkpoints": 25, "bundles": 10, "arguments": 40, "addresses": 4,
}  # fmt: skip
TEXT = {"name": "l.txt", "data": b"a\nb\n"}


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_input_ends_in_a_result_or_in_one_sentence(kind, tmp_path):
    outcome = fuzz(kind, CASES[kind], 1, tmp_path)
    assert outcome.cases >= CASES[kind]
    assert [load(path)[2] for path in outcome.wrong] == []


class Kind:
    """A kind whose cases do what they say."""

    ENDS = (ValueError,)

    @staticmethod
    def run(case):
        exec(case["does"])


@pytest.mark.parametrize(
    ("does", "wrong"),
    [
        ("1", ""),
        ("raise ValueError('This is a sentence.')", ""),
        ("raise ValueError('two\\nlines of text')", "no sentence"),
        ("raise ValueError('')", "no sentence"),
        ("raise KeyError(3)", "Traceback"),
        ("raise SystemExit", "Traceback"),
    ],
)
def test_whatever_else_a_case_does_is_wrong(does, wrong):
    found = judge(Kind, {"does": does})
    assert found.startswith(wrong)
    assert bool(found) == bool(wrong)


def test_a_sentence_is_one_line_and_no_book():
    assert no_sentence("It is damaged.") == ""
    assert no_sentence("a" * 3000)
    assert no_sentence("A Traceback of ours.")


def test_a_case_is_kept_as_it_was(tmp_path):
    case = {"data": bytes(range(256)), "words": ["\ud800", "é"], "files": {"a": b""}, "n": None}
    store(tmp_path / "case.json", "images", case, "it hung")
    assert load(tmp_path / "case.json") == ("images", case, "it hung")


@pytest.mark.parametrize(
    "does",
    [
        "open('../escaped', 'w')",
        "os.mkdir('/tmp/escaped')",
        "os.system('true')",
        "os.rename('a', '../a')",
        "socket.create_connection(('127.0.0.1', 9))",
    ],
)
def test_nothing_leaves_its_folder(does, tmp_path, fresh_python):
    inner = tmp_path / "inner"
    inner.mkdir()
    program = f"""
import os, socket
from pathlib import Path
from tests.fuzz.limits import Escaped, shut_in
os.chdir({str(inner)!r})
open("a", "w").close()
shut_in(Path({str(inner)!r}))
open("b", "w").close()
try:
    {does}
except Escaped:
    print("held")
"""
    assert fresh_python(program) == "held"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "inner"]


def test_a_case_that_does_not_end_is_stopped_and_kept(tmp_path, monkeypatch):
    stored = tmp_path / "stored.json"
    store(stored, "labels", TEXT)
    assert fuzz("labels", 1, 0, tmp_path / "kept", stored).wrong == []
    monkeypatch.setattr("tests.fuzz.runner.SECONDS", 0.0)
    (kept,) = fuzz("labels", 1, 0, tmp_path / "kept", stored).wrong
    assert load(kept)[1:] == (TEXT, "no end after 0.0 s")
    assert limits.SECONDS == 15
