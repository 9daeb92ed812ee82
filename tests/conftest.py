"""What several tests need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def reference():
    """A folder of figures and files that nobody in this project made."""
    folder = os.environ.get("RESNET_REFERENCE")
    if not folder:
        pytest.skip("RESNET_REFERENCE names no folder of reference data")
    return Path(folder)


@pytest.fixture(scope="session")
def figures(reference):
    """The reference's parameter counts, MACs, receptive fields and probes, by topic."""
    return json.loads((reference / "resnet_reference.json").read_text("utf-8"))


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
