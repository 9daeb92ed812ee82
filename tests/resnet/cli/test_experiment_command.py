"""The command that runs an experiment."""

import json

from click.testing import CliRunner

from resnet.cli.commands import cli

FIELDS = ["method", "layer", "placement", "pointing_game", "energy_in_object", "iou", "n"]


def test_the_command_prints_one_array_and_nothing_else():
    done = CliRunner().invoke(cli, ["experiment", "maps", "--n", "1", "--seed", "2", "--json"])
    assert done.exit_code == 0
    assert [*json.loads(done.stdout)[0]] == FIELDS


def test_the_command_prints_one_mistake_or_one_array():
    asked = ["experiment", "mistakes", "--only", "strided-1x1"]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0
    assert "25% of the inputs" in done.stdout
    (row,) = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).stdout)
    assert [*row] == ["id", "wrong", "right"]
    assert CliRunner().invoke(cli, [*asked[:3], "nothing"]).exit_code == 2


def test_the_outcome_of_several_lines_is_printed_below_its_name():
    done = CliRunner().invoke(cli, ["experiment", "mistakes", "--only", "hook-on-relu"])
    assert done.stdout.splitlines()[:3] == [
        "id     hook-on-relu",
        "wrong  BasicBlock: 2 calls",
        "       Bottleneck: 3 calls",
    ]
