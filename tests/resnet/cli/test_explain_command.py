"""The command that explains: what it refuses."""

import click
import pytest

from resnet.cli.commands import cli
from resnet.evidence.manifest import BundleError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "b.zip"], "no file b.zip"),
        (["--from", "b.zip", "--target", "3"], "--target has no effect with --from"),
        (["--from", "b.zip", "x.png"], "photos has no effect"),
        (["a.png", "b.png", "--bundle", "b.zip"], "one photograph"),
        ([], "PHOTOS"),
    ],
)
def test_wrong_calls_are_refused_in_words(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((click.UsageError, BundleError), match=said):
        cli.main(["explain", *words], standalone_mode=False)
