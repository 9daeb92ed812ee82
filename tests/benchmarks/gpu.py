"""`make gpu`: what one NVIDIA card does, tested and timed in six minutes: gpu.json and gpu.md.

Cells that time or memory does not allow are left out, and the report says why. Networks have random
weights, which take the same time. cuDNN chooses kernels as the library lets it, without trials.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path

import torch
from torch import Tensor

from resnet import ResNetSpec, trace
from resnet.model.devices import device_failed, out_of_memory
from resnet.model.module import ResNet
from tests.benchmarks import gpu_audit
from tests.benchmarks.card import machine, tested
from tests.benchmarks.gpu_report import AUDIT_GOAL, GOALS, Cell, figured, reached, table
from tests.benchmarks.timing import side_by_side
from tests.benchmarks.ways import COMPILED, WAYS, Call, Unfit, forward, network, tf32

PRECISIONS = {"cuda": ("fp32", "tf32", "bf16", "fp16"), "cpu": ("fp32", "bf16")}
AUDITED = "resnet50", 256
LEAST, MOST = 3, 21  # repetitions
MEASURING = 0.65  # of what is left after them; the rest is for compiling
COMPILING = 1.0  # seconds for each convolution, until one network has told
Way = Callable[[ResNet, Tensor, str], Call]


@dataclass(frozen=True)
class Setting:
    net: str
    batch: int
    precision: str

    @property
    def convolutions(self) -> int:
        return sum(op.kind == "conv" for op in trace(ResNetSpec.preset(self.net)).ops)


@dataclass(frozen=True)
class Ready:
    """A way that has been asked twice, and what that took."""

    call: Call
    prepared_seconds: float
    seconds: float
    peak_bytes: int | None


@dataclass
class Bench:
    """What is asked of a device until the time is up."""

    device: str
    side: int
    repeats: int
    stops: float  # by the clock of time.monotonic
    cells: list[Cell] = field(default_factory=list)

    def measure(self, setting: Setting, ways: dict[str, Way], until: float) -> None:
        """A cell for each of the ways."""
        gc.collect()
        if self.device == "cuda":
            torch.cuda.empty_cache()
        torch.manual_seed(0)
        precision = setting.precision.replace("tf32", "fp32")
        with tf32(setting.precision == "tf32"):
            model = network(setting.net, self.device, image_size=self.side)
            images = torch.randn(setting.batch, 3, self.side, self.side, device=self.device)
            given = {name: partial(way, model, images, precision) for name, way in ways.items()}
            found = self._timed(given, until)
        self.cells += [asdict(setting) | {"way": name} | found[name] for name in ways]

    def leave_out(self, setting: Setting, ways: dict[str, Way], why: str) -> None:
        self.cells += [asdict(setting) | {"way": name, "left_out": why} for name in ways]

    def _timed(self, given: dict[str, Callable[[], Call]], until: float) -> dict[str, Cell]:
        """Times turn by turn of the ways that can be had, and why the others cannot."""
        ready, found = self._prepared(given, (time.monotonic() + until) / 2)
        repeats = self._repeats(ready, until)
        while ready and repeats < min(LEAST, self.repeats):
            slowest = max(ready, key=lambda name: ready[name].seconds)
            found[slowest] = {"left_out": f"{LEAST} repetitions do not fit into the time"}
            del ready[slowest]
            repeats = self._repeats(ready, until)
        try:
            times = side_by_side({n: self._finished(r.call) for n, r in ready.items()}, repeats)
        except RuntimeError as error:
            return found | {name: {"left_out": _reason(error)} for name in ready}
        return found | {
            name: {
                "seconds": times[name].seconds,
                "peak_bytes": each.peak_bytes,
                "prepared_seconds": each.prepared_seconds,
            }
            for name, each in ready.items()
        }

    def _prepared(
        self, given: dict[str, Callable[[], Call]], until: float
    ) -> tuple[dict[str, Ready], dict[str, Cell]]:
        """The ways that are ready by then, and why the others are not."""
        ready: dict[str, Ready] = {}
        out: dict[str, Cell] = {}
        for name, prepare in given.items():
            try:
                if time.monotonic() > until:
                    raise Unfit("no time was left")
                ready[name] = self._ready(prepare)
            except Exception as error:
                out[name] = {"left_out": _reason(error)}
        return ready, out

    def _ready(self, prepare: Callable[[], Call]) -> Ready:
        """A way made and asked for the first time, with its memory; and once more, for its time."""
        on_card, before = self.device == "cuda", 0
        if on_card:
            before = torch.cuda.memory_allocated()
            torch.cuda.reset_peak_memory_stats()
        start = time.monotonic()
        call = prepare()
        run = self._finished(call)
        run()
        prepared = time.monotonic()
        peak = torch.cuda.max_memory_allocated() - before if on_card else None
        run()
        return Ready(call, prepared - start, time.monotonic() - prepared, peak)

    def _finished(self, call: Call) -> Callable[[], None]:
        def run() -> None:
            call()
            if self.device == "cuda":
                torch.cuda.synchronize()

        return run

    def _repeats(self, ready: dict[str, Ready], until: float) -> int:
        """How many rounds fit, after one to warm up."""
        each = sum(way.seconds for way in ready.values()) or 1.0
        return max(0, min(self.repeats, int((until - time.monotonic()) / each) - 1))


def _reason(error: Exception) -> str:
    """Why a cell is left out; a device that failed ends it all."""
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, RuntimeError) and out_of_memory(error):
        return "out of memory"
    if isinstance(error, RuntimeError) and device_failed(error):
        raise error
    first = (str(error).strip() or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first[:100]}".replace("|", "/")


def settings(nets: list[str], batches: list[int], device: str) -> list[Setting]:
    """The quickest first: what they leave of their time is for the others."""
    return [Setting(n, b, p) for b, n, p in product(batches, nets, PRECISIONS[device])]


def measured(bench: Bench, asked: list[Setting]) -> Iterator[None]:
    """Every way in every setting, then compiled ones while there is time; stops after each."""
    forward(network("resnet18", bench.device), torch.zeros(1, 3, 64, 64, device=bench.device))
    until = time.monotonic() + MEASURING * (bench.stops - time.monotonic())
    for left, setting in zip(range(len(asked), 0, -1), asked, strict=True):
        now = time.monotonic()
        bench.measure(setting, WAYS, now + max(0.0, until - now) / left)
        yield
    each = COMPILING
    for setting in asked:
        start = time.monotonic()
        if setting.convolutions * each > bench.stops - start:
            bench.leave_out(setting, COMPILED, "no time was left to compile it")
        else:
            bench.measure(setting, COMPILED, bench.stops)
            each = (time.monotonic() - start) / setting.convolutions
        yield


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gpu", description=__doc__)
    say = parser.add_argument
    say("--device", choices=PRECISIONS, default="cuda", help="cpu tries the runner alone")
    say("--json", type=Path, default=Path("gpu.json"))
    say("--table", type=Path, default=Path("gpu.md"))
    say("--budget", type=float, default=330.0, help="seconds in all")
    say("--nets", nargs="+", default=["resnet50", "resnet18", "resnet152"])
    say("--batches", nargs="+", type=int, default=[1, 32, 256])
    say("--side", type=int, default=224, help="of the images, in pixels")
    say("--repeats", type=int, default=MOST)
    say("--audit", action=argparse.BooleanOptionalAction, default=True)
    say("--tests", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> bool:
    """Whether the tests passed and the goals were reached; the files are written as it goes."""
    asked, start = options(arguments), time.monotonic()
    if asked.device == "cuda" and not torch.cuda.is_available():
        print("torch sees no CUDA GPU here; --device cpu tries the runner without one.")
        return False
    untested = {"passed": True, "said": "not asked for", "failures": [], "output": ""}
    about = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(asked.device),
        "side": asked.side,
        "tests": tested() if asked.tests else untested,
    }
    if asked.audit:
        about["audit"] = gpu_audit.measured(asked.device, *AUDITED, min(asked.repeats, 7))
    bench = Bench(asked.device, asked.side, asked.repeats, start + asked.budget)
    print(about["machine"], about["tests"]["said"], sep="\n")
    for _ in measured(bench, settings(asked.nets, asked.batches, asked.device)):
        report = about | {"seconds": time.monotonic() - start, "cells": figured(bench.cells)}
        asked.json.write_text(json.dumps(report, indent=1), "utf-8")
        asked.table.write_text(table(report), "utf-8")
    print(asked.table.read_text("utf-8"))
    cells = figured(bench.cells)
    audited = "audit" not in about or about["audit"]["ratio"] >= AUDIT_GOAL
    return audited and about["tests"]["passed"] and all(reached(cells, way) for way in GOALS)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
