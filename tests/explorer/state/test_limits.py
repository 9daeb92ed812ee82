"""The operator's limits: what holds unless something is said, and what is said wrongly."""

import os
import re
import subprocess
import sys
from dataclasses import fields, replace

import pytest

from explorer.state.limits import CLASS, GB, MB, PREFIX, Limits, LimitsError, limits_in
from tests.conftest import ROOT


def test_one_alone_may_do_everything():
    assert limits_in({"HOME": "/"}) == Limits()
    assert Limits().may_download("resnet50.IMAGENET1K_V2")
    assert Limits().folders


@pytest.mark.parametrize("said", ["1", "on", "TRUE"])
def test_a_class_has_less_of_everything(said):
    alone, in_class = Limits(), limits_in({CLASS: said})
    for name in ("photograph_bytes", "checkpoint_bytes", "visitor_bytes", "all_bytes"):
        assert getattr(in_class, name) < getattr(alone, name)
    assert not in_class.may_download("resnet50.IMAGENET1K_V2")
    assert not in_class.folders
    assert in_class.photograph_bytes <= in_class.checkpoint_bytes <= in_class.visitor_bytes


def test_a_variable_changes_one_limit_alone():
    said = {CLASS: "1", f"{PREFIX}PHOTOGRAPH_BYTES": " 1.5 mb "}
    assert limits_in(said) == replace(limits_in({CLASS: "1"}), photograph_bytes=3 * MB // 2)


def test_a_session_is_a_file_that_is_there(tmp_path, monkeypatch):
    (tmp_path / "session.json").write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)
    found = limits_in({f"{PREFIX}SESSION": "session.json"})
    assert found == Limits(session=str(tmp_path / "session.json"))


@pytest.mark.parametrize(
    ("said", "bytes_"), [("1000", 1000), ("2GB", 2 * GB), ("250 MB", 250 * MB), ("0.5gb", GB // 2)]
)
def test_bytes_are_said_with_a_unit_or_without(said, bytes_):
    assert limits_in({f"{PREFIX}ALL_BYTES": said}).all_bytes == bytes_


def test_downloads_are_on_off_or_a_list_in_which_a_builder_stands_for_its_weights():
    def allowed(said: str) -> list[str]:
        of = limits_in({f"{PREFIX}DOWNLOADS": said})
        names = ("resnet50.IMAGENET1K_V1", "resnet50.IMAGENET1K_V2", "resnet152.V1", "cifar10")
        return [name for name in names if of.may_download(name)]

    assert len(allowed("on")) == 4
    assert allowed("off") == []
    assert allowed("resnet50, cifar10") == [
        "resnet50.IMAGENET1K_V1", "resnet50.IMAGENET1K_V2", "cifar10"
    ]  # fmt: skip
    assert allowed("resnet50.IMAGENET1K_V2") == ["resnet50.IMAGENET1K_V2"]


WRONG = {
    "CLASS": ("thirty", ""),
    "DOWNLOADS": ("resnet50;cifar10", ", ,"),
    "PHOTOGRAPH_BYTES": ("lots", "0", "-1", "1e9", "nan", "10 TB", "9" * 5000, "0.1"),
    "WORKER_SECONDS": ("1.5", "0", "ten"),
    "FOLDERS": ("maybe",),
    "SESSION": ("", "/", "no-such.zip"),
}


@pytest.mark.parametrize(("name", "said"), [(n, s) for n, all_ in WRONG.items() for s in all_])
def test_a_wrong_value_is_refused_in_one_sentence_that_says_what_is_taken(name, said):
    with pytest.raises(LimitsError) as refused:
        limits_in({PREFIX + name: said})
    message = str(refused.value)
    assert message.startswith(f"{PREFIX}{name} is “")
    assert "it takes" in message
    assert len(message) < 200
    assert "\n" not in message


def test_a_name_that_is_no_limit_is_refused_with_those_that_are():
    with pytest.raises(
        LimitsError, match=r"There is no RESNET_EXPLORER_PHOTOS; there are .*WORKERS"
    ):
        limits_in({f"{PREFIX}PHOTOS": "1"})


@pytest.mark.parametrize("words", [(), ("--class",), ("serve", "--server.port", "1")])
def test_a_wrong_value_ends_the_command_before_it_serves(words):
    done = subprocess.run(
        [sys.executable, "-m", "explorer", *words],
        cwd=ROOT, env=os.environ | {f"{PREFIX}WORKERS": "many"}, timeout=60, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{PREFIX}WORKERS is “many”; it takes a whole number, 1 or more.\n"


def shown(value: object) -> str:
    """A limit as the guide writes it."""
    words = {None: "on", frozenset(): "off", "": "none", True: "on", False: "off"}
    if isinstance(value, int) and not isinstance(value, bool):
        size = f"{value // GB}GB" if value % GB == 0 else f"{value // MB}MB"
        return size if value >= MB else str(value)
    return words[value]


def test_the_guide_has_every_limit_with_what_holds():
    guide = (ROOT / "docs" / "serving.md").read_text("utf-8")
    rows = re.findall(r"^\| `(RESNET_EXPLORER_\w+)` \|.*\| (\S+) \| (\S+) \|$", guide, re.M)
    in_class = limits_in({CLASS: "1"})
    assert rows == [
        (f"{PREFIX}{limit.name.upper()}", shown(getattr(Limits(), limit.name)),
         shown(getattr(in_class, limit.name)))
        for limit in fields(Limits)
    ]  # fmt: skip
