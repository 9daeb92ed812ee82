"""Runs cases of a kind, and says a line of JSON before and after each; `runner.py` reads them."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.limits import GROWTH, bound_memory, peak, shut_in
from tests.fuzz.stored import CURRENT, Case, load, store

_LONGEST = 2000  # characters of what is still a sentence
_Say = Callable[[dict[str, Any]], None]


def judge(kind: ModuleType, case: Case) -> str:
    """What is wrong with how a case ends; nothing if it ends in a result or in one sentence."""
    try:
        kind.run(case)
    except kind.ENDS as error:
        return no_sentence(str(error))
    except BaseException:
        return traceback.format_exc()
    return ""


def no_sentence(text: str) -> str:
    """What keeps a message from being one line that somebody can read."""
    one_line = 10 < len(text) <= _LONGEST and not {*"\n\r\0"} & {*text}
    return "" if one_line and "Traceback" not in text else f"no sentence: {text!r:.500}"


def _watched(kind: ModuleType, start: int, folder: Path, say: _Say) -> Callable[[Case], None]:
    """`judge` that says what it does, of cases numbered from `start` on."""
    before, number = peak(), start

    def run(case: Case) -> None:
        nonlocal number
        store(folder / CURRENT, kind.NAME, case)
        say({"starts": number})
        since = time.perf_counter()
        wrong, grown = judge(kind, case), peak() - before
        if grown > GROWTH:
            wrong = wrong or f"memory grew by {grown / 1e6:.0f} MB"
        if wrong:
            store(folder / f"{number}.json", kind.NAME, case)
        number += 1
        say({"seconds": time.perf_counter() - since, "grown": grown, "wrong": wrong})
        if grown > GROWTH:
            sys.exit()  # this peak would hide the next case's

    return run


def _run(
    kind: ModuleType, cases: int, start: int, random: int, one: Callable[[Case], None]
) -> None:
    by_hand = [*islice(kind.corpus(), start, cases)]
    for case in by_hand:
        one(case)
    if cases > start + len(by_hand):
        every = settings(
            max_examples=cases - start - len(by_hand),
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            derandomize=False,
        )
        seed(random)(every(given(kind.cases())(one)))()


def main(name: str, cases: int, start: int, random: int, folder: Path, stored: Path | None) -> None:
    """Run the cases of a kind from a number on, or a stored one alone, shut into a folder."""
    warnings.simplefilter("ignore")
    lines = os.fdopen(os.dup(1), "w")  # what the cases print goes elsewhere
    os.dup2(2, 1)

    def say(line: dict[str, Any]) -> None:
        print(json.dumps(line), file=lines, flush=True)

    kind = import_module(f"tests.fuzz.{name}")
    os.chdir(folder)
    os.environ["TMPDIR"] = str(folder)
    kind.ready()
    again = load(stored)[1] if stored else None
    shut_in(folder)
    bound_memory()
    one = _watched(kind, start, folder, say)
    if again is None:
        _run(kind, cases, start, random, one)
    else:
        one(again)


if __name__ == "__main__":
    name, *numbers, folder = sys.argv[1:6]
    main(name, *map(int, numbers), Path(folder), Path(sys.argv[6]) if sys.argv[6:] else None)
