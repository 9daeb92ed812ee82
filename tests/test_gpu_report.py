"""The report on a GPU: its runner tried on the CPU, its table made of its JSON."""

import json

import pytest
import torch

from tests.benchmarks import gpu
from tests.benchmarks.gpu_report import AUDIT_GOAL, figured, reached, table
from tests.benchmarks.timing import verdict
from tests.benchmarks.ways import ALL, BARE, COMPILED, STAGES, TOP, WAYS, tf32


def cell(way: str, *milliseconds: float, batch: int = 32, **facts) -> dict:
    seconds = [each / 1e3 for each in milliseconds]
    kind = {"net": "resnet50", "batch": batch, "precision": "bf16", "way": way}
    return kind | {"seconds": seconds, "peak_bytes": 2_000_000} | facts


CELLS = [cell(BARE, 10, 8, 90), cell(TOP, 12, 12.5, 7), cell(TOP, 10, batch=1)]
OUT = {"net": "resnet50", "batch": 32, "precision": "bf16", "way": STAGES, "left_out": "too slow"}
TESTS = {"passed": False, "said": "1 failed, 2 passed", "failures": ["FAILED test_x"], "output": ""}
REPORT = {
    "date": "2026-01-01T00:00:00+00:00", "machine": {"card": "Card", "driver": "1.2"}, "side": 224,
    "tests": TESTS, "seconds": 12.3, "cells": figured([*CELLS, OUT]),
}  # fmt: skip


def test_ratios_are_of_the_medians_of_the_same_network_batch_and_precision():
    bare, top, alone, out = figured([*CELLS, OUT])
    assert bare["median"] == 0.010
    assert bare["images_per_second"] == pytest.approx(3200)
    assert top["ratio"] == pytest.approx(10 / 12)
    assert (top["lowest"], top["highest"]) == (0.007, 0.0125)
    assert alone["ratio"] is None
    assert out == OUT


def test_the_table_is_made_of_the_json():
    said = table(json.loads(json.dumps(REPORT)))
    assert "# Card, 2026" in said
    assert "driver 1.2" in said
    assert "1 failed, 2 passed\n- FAILED test_x" in said
    assert "| resnet50 | 32 | bf16 | top class | 2,667 | 12.00 (7.00, 12.50) | 0.83 | 2 |" in said
    assert "| resnet50 | 32 | bf16 | four stages | left out: too slow | | | |" in said
    assert "top class: 0.83 at the least of 1, the goal 0.9: FAILS" in said
    assert "3 cells measured, 1 left out" in said


@pytest.mark.parametrize(("took", "holds"), [(11.0, True), (11.2, False)])
def test_a_goal_is_reached_by_what_was_measured(took, holds):
    assert reached(figured([cell(BARE, 10), cell(TOP, took)]), TOP) == holds
    assert not reached(figured([cell(BARE, 10), OUT]), STAGES)


@pytest.fixture
def files(tmp_path):
    return ["--json", str(tmp_path / "a.json"), "--table", str(tmp_path / "a.md")]


def run(files: list[str], *more: str) -> tuple[dict, str]:
    small = ["--device", "cpu", "--nets", "resnet18", "--batches", "1", "2", "--side", "32"]
    gpu.main([*small, *files, "--repeats", "2", "--no-tests", "--no-audit", *more])
    with open(files[1], encoding="utf-8") as kept, open(files[3], encoding="utf-8") as said:
        return json.load(kept), said.read()


def test_the_runner_measures_every_way_or_says_why_not(files, monkeypatch):
    def full(*of):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setitem(WAYS, ALL, full)
    monkeypatch.setattr(gpu, "COMPILING", 1e6)  # compiling takes a minute
    report, said = run(files, "--budget", "200")
    assert said == table(report)
    assert report["machine"]["torch"] == torch.__version__
    settings = [(c["batch"], c["precision"]) for c in report["cells"] if c["way"] == BARE]
    assert settings == [(1, "fp32"), (1, "bf16"), (2, "fp32"), (2, "bf16")]
    assert len(report["cells"]) == 4 * len(WAYS | COMPILED)
    out = {c["left_out"] for c in report["cells"] if "left_out" in c}
    assert out == {
        "CUDA graphs are CUDA's alone",
        "for half precision alone",
        "its gradients are taken in float32 alone",
        "no time was left to compile it",
        "out of memory",
    }
    assert {c.get("left_out") for c in report["cells"] if c["way"] == ALL} == {"out of memory"}
    timed = [c for c in report["cells"] if "seconds" in c]
    assert all(len(c["seconds"]) == 2 and c["ratio"] > 0 for c in timed)


def test_what_does_not_fit_into_the_time_is_left_out_and_said(files):
    report, said = run(files, "--budget", "0")
    assert {c["left_out"] for c in report["cells"]} == {
        "no time was left",
        "no time was left to compile it",
    }
    assert f"0 cells measured, {4 * len(WAYS | COMPILED)} left out" in said


def test_an_audit_is_timed_beside_the_bare_forward(files, monkeypatch):
    monkeypatch.setattr(gpu, "AUDITED", ("cifar_resnet20", 4))
    report, said = run(files, "--budget", "0", "--audit")
    audit = report["audit"]
    assert (audit["net"], audit["batch"], audit["precision"]) == ("cifar_resnet20", 4, "fp32")
    assert audit["audit"] > 0 < audit["bare"]
    assert f"the goal {AUDIT_GOAL}: {verdict(audit['ratio'] >= AUDIT_GOAL)}" in said


def test_without_a_card_nothing_is_written(files, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert not gpu.main(files)
    assert "no CUDA GPU" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_tf32_is_as_it_was_afterwards():
    def now():
        return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32

    before = now()
    for on in (True, False):
        with tf32(on):
            assert now() == (on, on)
        assert now() == before
