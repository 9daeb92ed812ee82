"""Notebooks: valid, alike for the same words, and running the experiment that the page runs."""

import ast
import importlib.util
import json
import sys

import nbformat
import pandas
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from explorer.lessons.asked.exercises import EXERCISES
from explorer.lessons.contents import TITLES, load_lesson
from explorer.lessons.lesson_ending import notebook_words
from resnet.cli.commands import cli
from resnet.experiments.notebook import Part, Words, notebook_cells, notebook_file
from resnet.experiments.registry import kept_record
from resnet.text.numbers import read_number
from tests.conftest import ROOT

WITH = [name for name in TITLES if load_lesson(name).experiment]
LOOKS = [name for name in WITH if "table" in load_lesson(name).look]  # the others need the rows
TINY = {
    "degradation": {"depths": (8,), "epochs": 2, "train": 128, "seeds": (0,)},
    "gradients": {"depth": 8},
    "mistakes": {"only": "strided-1x1"},
    "tags": {"strengths": (100,), "seeds": (0,), "train": 64, "epochs": 1, "images": 2},
    "shattering": {"depths": (8,), "points": 32, "lines": 1},
}
RUN = [name for name in WITH if name in TINY]  # by a kernel, with all that the page has


def twin(name, asked):
    said = load_lesson(name)
    also = [Part(other, TINY.get(other, {}), look) for other, look in said.also]
    return notebook_cells(said.experiment, asked, notebook_words(name, said), said.look, also)


def opened(data):
    return nbformat.reads(data.decode(), as_version=4)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", WITH)
def test_a_lessons_notebook_is_valid_and_its_code_compiles(name):
    said, notebook = load_lesson(name), opened(notebook_file(twin(name, {"seed": 3})))
    nbformat.validate(notebook)
    for source in code(notebook):
        compile(source, name, "exec")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for word in (said.title, said.question, said.text, *(source.where for source in said.sources)):
        assert word in text
    for experiment in (said.experiment, *(other for other, _ in said.also)):
        assert any(f"load_experiment({experiment!r})" in source for source in code(notebook))


@pytest.mark.parametrize("name", WITH)
def test_what_to_try_and_three_exercises_are_in_it_with_their_answers_folded(name):
    said, notebook = load_lesson(name), opened(notebook_file(twin(name, {})))
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert said.attempt in text
    assert said.surprise in text.partition("<summary>The surprise</summary>")[2]
    for number, exercise in enumerate(EXERCISES[name], start=1):
        assert f"{number}. {exercise.question}" in text
        assert exercise.hint in text
        shown = text.partition(f"{number}. {exercise.question}")[2].partition("Answer</summary>")[2]
        assert read_number(shown.split()[0]) == pytest.approx(exercise.answer, rel=0.005)
        assert f"ResNetSpec.from_query({exercise.spec.to_query()!r})" in "\n".join(code(notebook))


@pytest.fixture(scope="module")
def outputs() -> dict[str, list]:
    """Those of each notebook's code, all run by one kernel, which takes seconds to start."""
    notebooks = {
        name: opened(notebook_file(twin(name, asked)))
        for name, asked in TINY.items()
        if name in RUN
    }
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            cell.id = f"{name}-{cell.id}"
    whole = nbformat.v4.new_notebook(cells=[c for each in notebooks.values() for c in each.cells])
    NotebookClient(whole, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    return {
        name: [cell.get("outputs", []) for cell in notebook.cells if cell.cell_type == "code"]
        for name, notebook in notebooks.items()
    }


@pytest.mark.parametrize("name", RUN)
def test_a_notebook_runs_its_experiments_with_their_settings(name, outputs):
    settings, run, table, *look = outputs[name][2:]
    for key, value in TINY[name].items():
        assert f"{key}={value!r}" in settings[0].data["text/plain"]
    done, total = map(int, run[-1].text.rpartition("\r")[2].split("/"))
    assert done == total > 0
    assert table[0].text.strip()  # what its columns mean
    assert "text/html" in table[-1].data
    assert all(look)
    assert "image/svg+xml" in look[-1][0].data  # of the last exercise


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_draws_the_rows_that_are_kept(name):
    drawn = []
    table = pandas.DataFrame(kept_record(load_lesson(name).experiment)["rows"])
    nodes = ast.parse(load_lesson(name).look).body
    if isinstance(nodes[-1], ast.Expr):  # a notebook shows it
        nodes[-1] = ast.parse(f"display({ast.unparse(nodes[-1])})").body[0]
    program = ast.unparse(ast.Module(nodes, []))
    exec(program, {"table": table, "display": lambda *figures: drawn.extend(figures)})
    assert drawn
    assert all(figure.to_dict() for figure in drawn)


def test_the_figure_of_a_page_is_drawn_from_the_rows_of_a_run():
    """Without a kernel, which takes seconds to start."""
    names = {}
    for source in code(opened(notebook_file(twin("shortcuts", {"nets": ("resnet34",)})))):
        exec(compile(source, "shortcuts", "exec"), names)
    assert len(names["table"]) == len(names["rows"]) > 0
    assert names["reach_chart"].__module__ == "explorer.figures.charts.experiments.cells_reached"


def started(monkeypatch, folder, library, lacking):
    """What the first cell of code runs in a folder, where some packages are not found."""
    ran = []
    (_, first, *_) = notebook_cells("mistakes", {}, Words("a", "b?"))
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setattr("subprocess.run", lambda words, check: ran.append(words[1:]))
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name in lacking else found(name)
    )
    exec(first.text.replace('LIBRARY = ""', f"LIBRARY = {str(library)!r}"), {})
    return ran


def test_nothing_is_installed_where_all_is_there(monkeypatch, tmp_path):
    assert started(monkeypatch, tmp_path, "", ()) == []


@pytest.mark.parametrize("library", ["", "elsewhere.whl"])
def test_a_wheel_beside_the_notebook_or_one_that_is_named_is_installed(
    monkeypatch, tmp_path, library
):
    for version in ("0.1.0", "0.2.0"):
        (tmp_path / f"resnet_explorer-{version}-py3-none-any.whl").touch()
    wheel = library or "resnet_explorer-0.2.0-py3-none-any.whl"
    pip = ["-m", "pip", "install", "--quiet", f"{wheel}[notebook]"]
    assert started(monkeypatch, tmp_path, library, ("resnet", "torch")) == [pip]


def test_without_any_it_says_what_to_do(monkeypatch, tmp_path):
    with pytest.raises(FileNotFoundError, match="plotly not found"):
        started(monkeypatch, tmp_path, "", ("plotly",))


def test_a_folder_of_the_project_is_used_as_it_is(monkeypatch, tmp_path):
    assert started(monkeypatch, tmp_path, ROOT, ()) == []
    assert sys.path[0] == str(ROOT)


def test_the_same_words_make_the_same_file():
    assert notebook_file(twin("mistakes", {})) == notebook_file(twin("mistakes", {}))


def test_settings_stand_as_they_are_asked_a_line_each_where_there_are_many():
    said = Words("a", "b?")
    (_, _, _, _, short, *_) = notebook_cells("degradation", {"depths": (20, 56)}, said)
    assert "settings = experiment.settings(depths=(20, 56))" in short.text
    many = {"depths": tuple(range(8, 100, 6)), "epochs": 30}
    (_, _, _, _, long, *_) = notebook_cells("degradation", many, said)
    assert "\n    epochs=30,\n)" in long.text


def test_writing_imports_no_torch(fresh_python):
    program = (
        "import sys; from resnet.experiments.notebook import Words, notebook_cells, notebook_file\n"
        "notebook_file(notebook_cells('degradation', {'epochs': 1}, Words('a', 'b?')))\n"
        "print('torch' in sys.modules)"
    )
    assert fresh_python(program) == "False"


def test_the_command_writes_a_notebook_and_runs_nothing(tmp_path):
    file = tmp_path / "d.ipynb"
    asked = ["experiment", "degradation", "--epochs", "3", "--notebook", str(file)]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0
    assert done.output == ""
    assert "experiment.settings(epochs=3)" in code(opened(file.read_bytes()))[2]
    assert json.loads(file.read_text("utf-8"))["nbformat"] == 4


def test_a_notebook_that_cannot_be_written_is_one_message(tmp_path):
    asked = ["experiment", "mistakes", "--notebook", str(tmp_path)]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 2
    assert "is a directory" in done.output
