"""The command line as `python -m resnet` runs it: here, or in an interpreter of its own."""

import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from resnet.cli.commands import main
from tests.conftest import ROOT


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str


def run(*words: object, folder: Path = ROOT) -> Done:
    """A command without the seconds in which an interpreter starts."""
    said, status = (StringIO(), StringIO()), 0
    called = patch.object(sys, "argv", ["resnet", *map(str, words)])
    with called, chdir(folder), redirect_stdout(said[0]), redirect_stderr(said[1]):
        try:
            main()
        except SystemExit as ended:
            status = ended.code
    return Done(status, *(text.getvalue() for text in said))


def run_afresh(*words: object, folder: Path = ROOT) -> Done:
    """A command in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-m", "resnet", *map(str, words)],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def answer(*words: object) -> dict:
    """The one object that a command prints."""
    done = run(*words, "--json")
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)
