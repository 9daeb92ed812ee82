"""What the project keeps of every experiment: made by its command, with rows as they are now."""

from dataclasses import fields

import pytest
from click.testing import CliRunner

from resnet.cli.commands import cli
from resnet.experiments.registry import (
    EXPERIMENTS,
    answers,
    command_line,
    kept_record,
    kept_records,
    load_experiment,
)


@pytest.fixture(params=[*EXPERIMENTS])
def name(request):
    return request.param


def test_kept_rows_have_the_fields_of_today(name):
    names = [field.name for field in fields(load_experiment(name).row)]
    for record in kept_records(name):
        assert record["rows"]
        assert all([*row] == names for row in record["rows"])


def test_kept_rows_name_the_command_that_made_them(name):
    assert kept_records(name)[0] == kept_record(name)
    for about in kept_records(name):
        words = about["command"].split()
        assert words[:5] == ["python", "-m", "resnet", "experiment", name]
        assert {"python", "torch", "numpy"} <= {*about["versions"]}


def test_what_is_kept_answers_some_settings_and_not_others():
    record = {"settings": {"depths": [20, 56], "seed": 0, "data": "digits"}}
    assert answers(record, {"depths": (56,), "seed": 0})
    assert answers(record, {})
    assert not answers(record, {"depths": (20, 110)})
    assert not answers(record, {"depths": (20,), "seed": 1})


def test_settings_are_options_of_the_command(name):
    said = CliRunner().invoke(cli, ["experiment", name, "--help"], prog_name="x")
    assert said.exit_code == 0, said.output
    for field in fields(load_experiment(name).settings):
        assert f"--{field.name.replace('_', '-')}" in said.output


def test_a_command_line_names_only_what_is_not_usual():
    settings = load_experiment("degradation").settings
    assert command_line("degradation", settings()) == "python -m resnet experiment degradation"
    asked = settings(depths=(20, 56), epochs=8)
    assert command_line("degradation", asked).endswith("--depths 20,56 --epochs 8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "No such command"),
        (["degradation", "--depths", "20,x"], "'x' is not a valid int"),
        (["degradation", "--epochs", "0"], "not in the range"),
        (["degradation", "--data", "mnist"], "is not one of"),
    ],
)
def test_a_wrong_call_is_one_message(words, said):
    done = CliRunner().invoke(cli, ["experiment", *words])
    assert done.exit_code == 2
    assert said in done.output
