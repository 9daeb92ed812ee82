"""What several tests need."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def reference() -> Path:
    """A folder of checkpoints and photographs that nobody in this project made."""
    folder = os.environ.get("RESNET_REFERENCE")
    return Path(folder) if folder else lacking("RESNET_REFERENCE names no folder of checkpoints")


def lacking(what: str) -> NoReturn:
    """Skip a test for want of something; fail it where everything was to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true asks for it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shapes():
    """The bundled classifier; its tests leave it as it was."""
    from resnet import load_classifier

    return load_classifier("shapes_resnet20")


@pytest.fixture
def fresh_python(tmp_path):
    """What a program prints in a new interpreter, started from another folder."""

    def run(program: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    return run
