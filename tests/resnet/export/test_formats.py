"""Every format of a network, and files that are written whole."""

import json
import os
import stat
from pathlib import Path

import pytest

from resnet import ResNetSpec, trace
from resnet.counts.as_dict import as_dict
from resnet.export.formats import ExportError, View, export, save
from resnet.export.source import pytorch_source

SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


def test_source_and_json_are_those_of_the_library():
    assert export(SMALL, "py").decode() == pytorch_source(SMALL)
    assert json.loads(export(SMALL, "json")) == as_dict(SMALL)


def test_a_block_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(
        ExportError, match=r"no block “layer4.0”; its blocks are layer1.0 to layer3.2"
    ):
        export(SMALL, "svg", View(block="layer4.0"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "net.py"
    save(b"first", target)
    assert target.read_bytes() == b"first"

    def full(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:2])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ExportError, match=r"net\.py cannot be written: No space left"):
        save(b"second", target)
    assert [path.name for path in tmp_path.iterdir()] == ["net.py"]
    assert target.read_bytes() == b"first"


def test_a_file_has_the_usual_rights(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    save(b"", tmp_path / "file")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_pictures_and_source_need_no_torch(fresh_python):
    program = (
        "import sys; from resnet import ResNetSpec, trace\n"
        "from resnet.export.formats import FORMATS, export\n"
        "graph = trace(ResNetSpec())\n"
        "print(all(len(export(graph, form)) > 1000 for form in FORMATS if form != 'onnx'))\n"
        "print('torch' in sys.modules, 'onnx' in sys.modules)"
    )
    assert fresh_python(program).split() == ["True", "False", "False"]
