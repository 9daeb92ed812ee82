"""The machine that is measured, and what the tests of its card say."""

from __future__ import annotations

import platform
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[2]
TESTING = 100  # seconds that the tests may take


def machine(device: str) -> dict[str, str]:
    card = platform.processor() or platform.machine()
    known = {"torch": torch.__version__, "python": platform.python_version()}
    if device == "cpu":
        return {"card": card, "threads": str(torch.get_num_threads())} | known
    about = torch.cuda.get_device_properties(0)
    return {
        "card": about.name,
        "memory": f"{about.total_memory / 1e9:.0f} GB",
        "capability": f"{about.major}.{about.minor}",
        "driver": _driver(),
        "CUDA": str(torch.version.cuda),
        "cuDNN": str(torch.backends.cudnn.version()),
        **known,
    }


def _driver() -> str:
    ask = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()[0]
    return "unknown"


def tested() -> dict[str, Any]:
    """What the tests on the card say, in a process of their own: they fill and break it."""
    run = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", "tests/gpu"]
    try:
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=TESTING)
    except subprocess.TimeoutExpired:
        said = f"not at an end after {TESTING} s"
        return {"passed": False, "said": said, "failures": [], "output": ""}
    lines = (done.stdout.strip() or done.stderr.strip() or "nothing").splitlines()
    return {
        "passed": done.returncode == 0,
        "said": lines[-1],
        "failures": [line for line in lines if line.startswith(("FAILED", "ERROR"))],
        "output": "" if done.returncode == 0 else done.stdout[-20_000:],
    }
