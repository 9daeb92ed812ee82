"""The container's parts: what its Dockerfile runs, as it runs it, in a fresh folder."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.state import limits
from tests.conftest import ROOT
from tests.visitors import awaited, started, visiting

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
RUNTIME = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]  # the last stage
NOBODY = 65534


def said(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.*)$", RUNTIME, re.MULTILINE)


def words(instruction: str) -> list[str]:
    """Of the instruction's last JSON list."""
    return re.findall(r'"([^"]*)"', said(instruction)[-1])


def environment(folder: Path) -> dict[str, str]:
    """As the image sets it, with its folders below one of this machine's."""
    values = dict(pair.split("=", 1) for line in said("ENV") for pair in shlex.split(line))
    paths = {"/app": folder / "app", "/data": folder / "data"}
    for name, value in values.items():
        for inside, here in paths.items():
            value = value.replace(inside, str(here)) if value.startswith(inside) else value
        values[name] = value
    here = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": "/nonexistent"}
    return values | here


def as_nobody() -> list[str]:
    """What runs a command as a user who may write nothing; root lends it the right to read."""
    if not hasattr(os, "getuid") or os.getuid() != 0 or shutil.which("setpriv") is None:
        return []
    may_read = "+dac_read_search"
    return [
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        f"--inh-caps={may_read}", f"--ambient-caps={may_read}", f"--bounding-set=-all,{may_read}",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def container(tmp_path_factory) -> Path:
    """A folder with what the image copies, read-only, and one that its user may write to."""
    folder = tmp_path_factory.mktemp("container")
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    for line in said("COPY"):
        *sources, target = [word for word in line.split() if not word.startswith("--")]
        if "--from" in line:
            continue  # the packages: this interpreter's
        for source in sources:
            copy(ROOT / source, folder / target.strip("/"), source)
    for path in (folder / "app").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for name in ("uploads", "models"):
        (folder / "data" / name).mkdir(parents=True)
    for path in (folder / "data", *(folder / "data").iterdir()):
        os.chown(path, NOBODY, NOBODY) if as_nobody() else None
    return folder


def copy(source: Path, target: Path, name: str) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "screens"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target / name)


def test_what_the_image_runs_serves_without_rights_or_a_home(container):
    """Its command, by another user where this is root, in a folder that cannot be written."""
    env = environment(container)
    python = [*as_nobody(), sys.executable]
    assert words("CMD")[:2] == ["python", "-m"]
    command = [*python, *words("CMD")[1:]]
    log = container / "app.log"
    with started(log, command, env) as server:

        async def visit():
            async with visiting(server) as visitor:
                await visitor.open("attention")
                return [str(element) for element in visitor.elements]

        assert any("is the logit" in element for element in awaited(visit))
        checked = words("HEALTHCHECK")
        healthy = [*python, *checked[1:]]
        port = {"STREAMLIT_SERVER_PORT": str(server.port)}
        assert subprocess.run(healthy, env=env | port, check=False).returncode == 0
    assert subprocess.run(healthy, env=env | port, check=False).returncode == 1
    assert "Traceback" not in log.read_text("utf-8")
    written = [
        path for path in (container / "app").rglob("*") if path.stat().st_mode & stat.S_IWUSR
    ]
    assert not written


def test_the_image_is_not_roots_and_has_a_check():
    assert said("USER") == ["explorer"]
    assert "useradd --uid 1000" in RUNTIME
    assert words("HEALTHCHECK") == ["python", "-m", "explorer.healthy"]
    assert said("EXPOSE") == ["8501"]


def test_what_is_copied_is_sent_to_whoever_builds():
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in sent


def test_every_setting_that_is_named_is_one():
    known = {limits.CLASS, *(f"{limits.PREFIX}{n.upper()}" for n in limits.Limits.__annotations__)}
    for file in (
        "Dockerfile",
        "compose.yaml",
        "docs/deployment.md",
        "docs/serving.md",
        "README.md",
    ):
        text = (ROOT / file).read_text("utf-8")
        assert set(re.findall(rf"{limits.PREFIX}[A-Z_]*[A-Z]", text)) <= known, file


def test_every_limit_is_told_in_the_guide():
    guide = (ROOT / "docs" / "serving.md").read_text("utf-8")
    for name in limits.Limits.__annotations__:
        assert f"`{limits.PREFIX}{name.upper()}`" in guide


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_of_a_lock_has_its_hashes(lock):
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    packages = re.findall(r"^([\w.-]+==.*)$", text, re.MULTILINE)
    assert len(packages) > 50
    assert all(" --hash=sha256:" in package for package in packages)


def test_a_lock_without_hashes_can_be_had_of_it(tmp_path):
    """What the Dockerfile makes for another backend: a version a line, with its markers."""
    command = re.search(r"(grep -v .*) > versions.txt", DOCKERFILE)[1]
    made = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = made.stdout.splitlines()
    assert any(line.startswith("torch==") for line in lines)
    assert all(re.fullmatch(r"[\w.-]+==[^\s;]+( ; .+)?", line) for line in lines), lines
