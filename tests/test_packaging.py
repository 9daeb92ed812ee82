"""The project as others install it: what it asks for, and a wheel far from the checkout."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from uv import find_uv_bin

import resnet
from explorer.lessons.contents import TITLES, load_lesson
from explorer.lessons.lesson_ending import notebook_words
from resnet.experiments.notebook import Part, notebook_cells
from resnet.extras import EXTRAS
from tests.conftest import ROOT
from tests.visitors import started

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def asked(requirements: list[str]) -> set[str]:
    """Without what names an extra of the project's own."""
    found = map(Requirement, requirements)
    return {str(one) for one in found if one.name != PROJECT["name"]}


def test_requirements_are_those_of_the_metadata():
    """But for a cluster's, which is large and which no page asks for."""
    listed = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    extras = [of for name, of in PROJECT["optional-dependencies"].items() if name != "ray"]
    assert asked(listed) == asked([*PROJECT["dependencies"], *(one for e in extras for one in e)])


def test_every_package_of_an_extra_is_known_by_what_is_imported():
    brought = {
        (canonicalize_name(Requirement(one).name), extra)
        for extra, requirements in PROJECT["optional-dependencies"].items()
        for one in asked(requirements)
    }
    distributions = packages_distributions()
    known = {
        (canonicalize_name(name), extra)
        for package, extra in EXTRAS.items()
        for name in distributions[package]
    }
    assert known == brought


def test_all_of_it_is_an_extra():
    extras = {
        name: [Requirement(one) for one in requirements]
        for name, requirements in PROJECT["optional-dependencies"].items()
    }

    def reached(name: str) -> set[str]:
        inner = {e for one in extras[name] if one.name == PROJECT["name"] for e in one.extras}
        return {name}.union(*map(reached, inner))

    assert reached("all") == set(extras)


def test_one_version_is_said_everywhere():
    assert resnet.__version__ == PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation


def test_every_exported_name_is_listed_and_there():
    assert set(resnet.__all__) <= set(dir(resnet))
    assert all(getattr(resnet, name) is not None for name in resnet.__all__)


NO_TORCH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
import resnet
for name in resnet.__all__:
    try:
        getattr(resnet, name)
    except ImportError as error:
        print(name, error, sep=": ")
"""


def test_what_needs_torch_says_what_to_install(fresh_python):
    said = dict(line.split(": ", 1) for line in fresh_python(NO_TORCH).splitlines())
    sentence = 'This needs torch, which is not installed: pip install "resnet-explorer[models]"'
    assert {"ResNet", "build", "explain", "load_classifier"} <= set(said)
    assert set(said.values()) == {sentence}
    counting = {"DepthError", "Graph", "ResNetSpec", "SpecError", "TooLarge", "trace"}
    assert not (counting | {"__version__"}) & set(said)


# ---- built and installed, in folders of their own


def uv(*words: object, cwd: Path) -> None:
    """Raises where uv fails, but for want of a network: then the test is skipped."""
    command = [find_uv_bin(), *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if "error sending request" in done.stderr or "network was disabled" in done.stderr:
        pytest.skip(f"uv has no network, and not in its cache what it needs: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def wheel(folder) -> Path:
    """The wheel, built of the source distribution."""
    uv("build", "--quiet", "--out-dir", folder / "dist", ROOT, cwd=folder)
    return next((folder / "dist").glob("*.whl"))


class Environment:
    """A new environment; its commands run in another folder and know nothing of the checkout."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.bin = folder, folder / name / "bin"
        uv("venv", "--quiet", "--python", sys.executable, folder / name, cwd=folder)
        self.packages = next((folder / name / "lib").glob("python*/site-packages"))

    def install(self, *words: object) -> None:
        python = self.bin / "python"
        uv("pip", "install", "--quiet", "--python", python, *words, cwd=self.folder)

    @property
    def variables(self) -> dict[str, str]:
        left = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return left | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}

    def run(self, command: str, *words: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.bin / command, *map(str, words)],
            cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def files(self) -> set[str]:
        return {str(path.relative_to(self.packages)) for path in self.packages.rglob("*")}


@pytest.fixture(scope="module")
def bare(folder, wheel) -> Environment:
    """The wheel and what it asks for, without extras."""
    environment = Environment(folder, "bare")
    environment.install(wheel)
    return environment


@pytest.fixture(scope="module")
def full(folder, wheel) -> Environment:
    """The wheel, and on the path the packages that these tests run with."""
    environment = Environment(folder, "full")
    (environment.packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    environment.install("--no-deps", wheel)
    return environment


def test_everything_is_in_the_wheel(wheel):
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {
        str(path.relative_to(ROOT))
        for room in ("resnet", "explorer", "assets")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shown = {path for path in ours if path.startswith(("assets/screens/", "assets/benchmarks/"))}
    assert shown
    assert packed == {re.sub("^assets/", "resnet/assets/", path) for path in ours - shown}
    assert wheel.stat().st_size < 8_000_000


def test_checkout_and_source_distribution_make_the_same_wheel(folder, wheel):
    uv("build", "--quiet", "--wheel", "--out-dir", folder / "direct", ROOT, cwd=folder)
    assert (folder / "direct" / wheel.name).read_bytes() == wheel.read_bytes()


def test_without_extras_there_is_click_alone(bare):
    packages = {path.name for path in bare.packages.iterdir() if path.suffix != ".dist-info"}
    assert packages - {"_virtualenv.py", "_virtualenv.pth"} == {"click", "explorer", "resnet"}


@pytest.mark.parametrize("command", [["resnet-explorer"], ["python", "-m", "resnet"]])
def test_without_extras_a_network_is_counted(bare, command):
    done = bare.run(*command, "summary", "resnet50")
    assert "25,557,032 params, 53,173 buffers, 4,089,184,256 MACs" in done.stdout, done.stderr
    said = bare.run(*command, "--version").stdout
    assert said == f"resnet-explorer {PROJECT['version']}\n"


@pytest.mark.parametrize(
    ("form", "start"), [("svg", "<svg"), ("json", "{"), ("py", '"""'), ("html", "<!doctype html>")]
)
def test_without_extras_a_network_is_taken_away(bare, form, start):
    done = bare.run("resnet-explorer", "export", "resnet18", "--out", f"taken.{form}")
    assert (done.returncode, done.stderr) == (0, "")
    assert (bare.folder / f"taken.{form}").read_text("utf-8").lower().startswith(start)


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ([], "app"),
        (["--server.port", "8502"], "app"),
        (["explain", "photo.jpg"], "models"),
        (["explain", "--from", "evidence.zip"], "models"),
        (["train"], "models"),
        (["models"], "models"),
        (["published"], "models"),
        (["experiment", "paths"], "models"),
        (["export", "resnet18", "--format", "onnx"], "onnx"),
        (["export", "--model", "shapes_resnet20", "--format", "json"], "models"),
        (["export", "resnet18", "--format", "png"], "png"),
    ],
)
def test_without_extras_one_line_says_what_is_missing(bare, words, extra):
    done = bare.run("resnet-explorer", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f'pip install "resnet-explorer[{extra}]"' in done.stderr


LIBRARY = """
from resnet import ResNetSpec, __version__, trace
from resnet.counts.published import published
from resnet.experiments.registry import EXPERIMENTS, kept_record
from resnet.export.formats import View, export
from resnet.extras import MissingExtra

graph = trace(ResNetSpec.of_depth(110, family="cifar"))
print(__version__, graph.params, all(kept_record(name)["rows"] for name in EXPERIMENTS))
assert published()
for form, view in [("onnx", View()), ("png", View()), ("svg", View(language="zh"))]:
    try:
        export(graph, form, view)
    except MissingExtra as error:
        print(str(error).rpartition(" ")[2])
"""


def test_without_extras_the_library_counts_and_says_what_is_missing(bare):
    done = bare.run("python", "-c", LIBRARY)
    assert done.stderr == ""
    assert done.stdout.split() == [
        *(PROJECT["version"], "1727962", "True"),
        *(f'"resnet-explorer[{extra}]"' for extra in ("onnx", "png", "app")),
    ]


def test_types_reach_whoever_installs_it(bare):
    program = bare.folder / "program.py"
    reveals = [f"reveal_type(resnet.{name})" for name in resnet.__all__]
    program.write_text("\n".join(["import resnet", *reveals]))
    cache, python = bare.folder / "types", bare.bin / "python"
    options = ["--cache-dir", cache, "--python-executable", python]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, program],
        cwd=bare.folder, env=bare.variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    revealed = re.findall('Revealed type is "(.*)"', done.stdout)
    assert len(revealed) == len(reveals), done.stdout
    assert not {"Any", "builtins.object"} & set(revealed)
    built = revealed[resnet.__all__.index("build")]
    assert "resnet.network.spec.ResNetSpec" in built
    assert built.endswith("-> resnet.model.module.ResNet")


BUNDLED = """
from resnet import load_classifier
from resnet.model.versions import versions
from resnet.weights.catalogue import catalogue

load_classifier("shapes_resnet20")
print(catalogue()["shapes_resnet20"].path)
print(versions()["resnet-explorer"])
"""


def test_the_bundled_models_are_installed(full):
    done = full.run("python", "-c", BUNDLED)
    path = full.packages / "resnet" / "assets" / "shapes_resnet20.safetensors"
    assert done.stdout == f"{path}\n{PROJECT['version']}\n", done.stderr


FIRST_PAGE = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
import explorer

page = AppTest.from_file(Path(explorer.__file__).with_name("script.py"), default_timeout=60).run()
print([*page.exception], page.sidebar.selectbox[0].label)
"""


def test_the_installed_app_is_served_and_leaves_its_packages_alone(full):
    before = full.files()
    page = full.run("python", "-c", FIRST_PAGE)
    assert page.stdout == "[] Network\n", page.stderr
    log = full.folder / "log"
    with started(log, [full.bin / "resnet-explorer"], full.variables) as server:
        address = server.address
    # with the config file that lies beside the page, there is this one address
    assert re.findall("^  (.*URL: .*)$", log.read_text(), re.M) == [f"URL: {address}"]
    assert full.files() == before


NOTEBOOKS = """
import json
import sys
from pathlib import Path

from resnet.extras import EXTRAS

for package, extra in EXTRAS.items():
    if extra not in ("models", "notebook"):  # which is what a notebook's first cell installs
        sys.modules[package] = None
for name, cells in json.loads(Path("notebooks.json").read_text("utf-8")).items():
    names = {"display": lambda *figures: None}
    for cell in cells:
        exec(compile(cell, name, "exec"), names)
    print("ran", name, len(names["table"]) > 0)
"""

TINY = {
    "degradation": {"depths": (8,), "epochs": 1, "train": 128},
    "derivative": {"blocks": (2,), "seeds": 1, "norm": "on"},
    "gradients": {"depth": 8},
    "shattering": {"depths": (8,), "points": 32, "lines": 1},
    "responses": {"nets": ("digits_plain20",), "images": 2},
    "paths": {"nets": ("digits_residual20",), "images": 2, "draws": 1},
    "lesions": {"nets": ("digits_residual20",), "images": 2, "most": 1, "draws": 1},
    "zero-gamma": {"depth": 8, "batch": 512},
    "shortcuts": {"nets": ("resnet34",)},
    "surface": {"depths": (20,), "weights": "bundled", "half": 1, "images": 2},
    "mistakes": {"only": "strided-1x1"},
    "refinement": {"nets": ("digits_residual20",), "images": 2},
    "interactions": {"nets": ("digits_residual20",), "images": 2},
    "tags": {"strengths": (100,), "seeds": (0,), "train": 64, "epochs": 1, "images": 2},
}


def test_every_notebook_runs_by_what_its_first_cell_installs(full):
    """The packages of the app, as streamlit, are hidden from it."""
    written = {}
    for name in TITLES:
        lesson = load_lesson(name)
        if lesson.experiment:
            also = [Part(other, TINY[other], look) for other, look in lesson.also]
            words = notebook_words(name, lesson)
            asked = TINY[lesson.experiment]
            cells = notebook_cells(lesson.experiment, asked, words, lesson.look, also)
            written[name] = [cell.text for cell in cells if cell.kind == "code"]
    (full.folder / "notebooks.json").write_text(json.dumps(written), "utf-8")
    done = full.run("python", "-c", NOTEBOOKS)
    ran = re.findall("^ran (.*) True$", done.stdout.replace("\r", "\n"), re.M)
    assert ran == [*written], done.stderr
