"""The command line in an interpreter of its own, and the object that it prints."""

import json
import subprocess
import sys

from tests.conftest import ROOT


def run(*words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "resnet", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def answer(*words: object) -> dict:
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
