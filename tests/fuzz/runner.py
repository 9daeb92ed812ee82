"""Has cases run by workers that it can lose, and keeps those that end wrongly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter

from tests.conftest import ROOT
from tests.fuzz.limits import SECONDS
from tests.fuzz.stored import CURRENT, load, store

_ERRORS = "errors.txt"  # in a worker's folder, what it printed beside
_STARTING = 600  # seconds until a worker has imported and loaded what its cases need


@dataclass
class Outcome:
    """How the cases of one kind ended; `wrong` are the files of those that should not have."""

    kind: str
    cases: int = 0
    since: float = field(default_factory=perf_counter)
    worst: float = 0.0
    grown: int = 0
    wrong: list[Path] = field(default_factory=list)

    def __str__(self) -> str:
        rate = self.cases / (perf_counter() - self.since)
        return (
            f"{self.kind}: {self.cases:,} cases, {len(self.wrong)} wrong, {rate:.1f} a second, "
            f"the worst {self.worst:.2f} s, memory grew by {self.grown / 1e6:.0f} MB"
        )


def fuzz(
    outcome: Outcome, cases: int, seed: int, keep: Path, stored: Path | None = None
) -> Outcome:
    """Run cases of a kind, or one that is stored; a lost worker is followed by another."""
    kind = outcome.kind
    while outcome.cases < cases:
        before = outcome.cases
        with TemporaryDirectory(prefix="fuzz-") as folder:
            own = Path(folder).resolve()
            worker = _worker(outcome, cases, seed + before, own, stored)
            for path, why in _wrong(outcome, own, worker):
                keep.mkdir(parents=True, exist_ok=True)
                outcome.wrong.append(keep / f"{kind}-{seed}-{outcome.cases - 1}.json")
                store(outcome.wrong[-1], kind, load(path)[1], why)
            if outcome.cases == before:
                raise RuntimeError((own / _ERRORS).read_text(errors="replace")[-2000:])
    return outcome


def _worker(
    outcome: Outcome, cases: int, seed: int, folder: Path, stored: Path | None
) -> subprocess.Popen[str]:
    numbers = map(str, (cases, outcome.cases, seed))
    command = [sys.executable, "-m", "tests.fuzz.worker", outcome.kind, *numbers, str(folder)]
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder),
    }
    with (folder / _ERRORS).open("wb") as errors:
        return subprocess.Popen(
            [*command, *([str(stored.resolve())] if stored else [])],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


@contextmanager
def _lines(worker: subprocess.Popen[str]) -> Iterator[Queue[str]]:
    """What a worker says, line by line, and nothing at its end; left before, it is ended."""
    lines: Queue[str] = Queue()
    said = worker.stdout
    assert said is not None
    reader = Thread(target=lambda: [*map(lines.put, said), lines.put("")], daemon=True)
    reader.start()
    try:
        yield lines
    except BaseException:
        worker.kill()
        raise
    finally:
        reader.join(10)  # whatever the worker had begun ends with it


def _wrong(
    outcome: Outcome, folder: Path, worker: subprocess.Popen[str]
) -> Iterator[tuple[Path, str]]:
    """Follow a worker to its end; yields cases that ended wrongly, each with what is wrong."""
    running = False
    with worker, _lines(worker) as lines:
        while True:
            try:
                line = lines.get(timeout=SECONDS if running else _STARTING)
            except Empty:
                worker.kill()
                line = ""
            if not line:
                break
            said = json.loads(line)
            running = "starts" in said
            if not running:
                stored = folder / f"{outcome.cases}.json"
                outcome.cases += 1
                outcome.worst = max(outcome.worst, said["seconds"])
                outcome.grown = max(outcome.grown, said["grown"])
                if said["wrong"]:
                    yield stored, said["wrong"]
    if running:
        outcome.cases += 1
        lost = worker.returncode
        ended = f"no end after {SECONDS} s" if lost == -9 else f"the process was lost ({lost})"
        yield folder / CURRENT, ended
