"""A few hundred hostile cases; `make fuzz` runs ten thousand of each kind."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.fuzz import KINDS, misbehaving
from tests.fuzz.runner import Outcome, fuzz
from tests.fuzz.stored import load, store
from tests.fuzz.worker import judge, no_sentence

CASES = 250


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="limits of Linux")


def test_hostile_input_ends_in_a_result_or_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.fuzz.runner.SECONDS", 120)  # beside other tests, on any machine
    outcome = fuzz(Outcome("every"), CASES, 1, tmp_path)
    assert outcome.cases >= CASES
    assert [load(path)[2] for path in outcome.wrong] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_what_the_worker_asks_for(kind):
    module = import_module(f"tests.fuzz.{kind}")
    assert kind == module.NAME
    assert all(issubclass(error, Exception) for error in module.ENDS)
    assert next(module.corpus())


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
    found = judge(misbehaving, {"does": does})
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


@pytest.mark.parametrize(
    ("does", "wrong"),
    [
        ("pass", None),
        ("while True: pass", "no end after 4 s"),
        ("os.abort()", "the process was lost (-6)"),
        ("b'x' * 1_500_000_000", "memory grew by 15"),
        ("open('/tmp/escaped', 'w')", "Traceback"),
    ],
)
def test_a_worker_is_lost_and_what_it_ran_is_kept(does, wrong, tmp_path, monkeypatch):
    if does == "while True: pass":
        monkeypatch.setattr("tests.fuzz.runner.SECONDS", 4)
    store(tmp_path / "case.json", "misbehaving", {"does": does})
    outcome = fuzz(Outcome("misbehaving"), 1, 0, tmp_path / "kept", tmp_path / "case.json")
    assert outcome.cases == 1
    kept = [load(path)[1:] for path in outcome.wrong]
    assert [case for case, _ in kept] == [{"does": does}] * (wrong is not None)
    assert all(why.startswith(wrong) for _, why in kept)


def test_cases_by_hand_come_before_those_that_are_drawn(tmp_path):
    outcome = fuzz(Outcome("misbehaving"), 5, 0, tmp_path)
    assert (outcome.cases, outcome.wrong) == (5, [])
