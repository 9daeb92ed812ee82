"""Notebooks: valid, alike for the same words, and running the experiment that the page runs."""

import ast
import json

import nbformat
import pandas
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from explorer.lessons.contents import TITLES, load_lesson
from resnet.cli.commands import cli
from resnet.experiments.notebook import Words, notebook_cells, notebook_file
from resnet.experiments.registry import kept_record
from tests.conftest import ROOT

WITH = [name for name in TITLES if load_lesson(name).experiment]
LOOKS = [name for name in WITH if "table" in load_lesson(name).look]  # the others need the rows
TINY = {
    "degradation": {"depths": (8,), "epochs": 2, "train": 128},
    "mistakes": {"only": "strided-1x1"},
}


def twin(name, asked):
    said = load_lesson(name)
    words = Words(said.title, said.question, said.text, said.sources)
    return notebook_cells(said.experiment, asked, words, said.look)


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
    assert f"load_experiment({said.experiment!r})" in code(notebook)[1]


@pytest.fixture(scope="module")
def outputs() -> dict[str, list]:
    """Those of each notebook's code, all run by one kernel, which takes seconds to start."""
    notebooks = {name: opened(notebook_file(twin(name, asked))) for name, asked in TINY.items()}
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            cell.id = f"{name}-{cell.id}"
    whole = nbformat.v4.new_notebook(cells=[c for each in notebooks.values() for c in each.cells])
    NotebookClient(whole, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    return {
        name: [cell.get("outputs", []) for cell in notebook.cells if cell.cell_type == "code"]
        for name, notebook in notebooks.items()
    }


@pytest.mark.parametrize("name", TINY)
def test_a_notebook_runs_the_experiment_with_its_settings(name, outputs):
    settings, run, table, *look = outputs[name][1:]
    for key, value in TINY[name].items():
        assert f"{key}={value!r}" in settings[0].data["text/plain"]
    done, total = map(int, run[-1].text.rpartition("\r")[2].split("/"))
    assert done == total > 0
    assert "text/html" in table[0].data
    assert not look or look[0]


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
    assert names["reach_chart"].__module__ == "explorer.figures.charts.cells_reached"


def test_the_same_words_make_the_same_file():
    assert notebook_file(twin("mistakes", {})) == notebook_file(twin("mistakes", {}))


def test_settings_stand_as_they_are_asked_a_line_each_where_there_are_many():
    said = Words("a", "b?")
    (_, _, _, short, *_) = notebook_cells("degradation", {"depths": (20, 56)}, said)
    assert "settings = experiment.settings(depths=(20, 56))" in short.text
    many = {"depths": tuple(range(8, 100, 6)), "epochs": 30}
    (_, _, _, long, *_) = notebook_cells("degradation", many, said)
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
    assert "experiment.settings(epochs=3)" in code(opened(file.read_bytes()))[1]
    assert json.loads(file.read_text("utf-8"))["nbformat"] == 4


def test_a_notebook_that_cannot_be_written_is_one_message(tmp_path):
    asked = ["experiment", "mistakes", "--notebook", str(tmp_path)]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 2
    assert "is a directory" in done.output
