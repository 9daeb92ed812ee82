"""Evidence bundles: archives, manifests, maps, labels and pictures that do not fit one another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from resnet import load_classifier
from resnet.evidence.bundle import gather, write
from resnet.evidence.manifest import BundleError
from resnet.evidence.replay import replay
from resnet.maps.answers import ExplainError
from resnet.weights.loading import WeightsError
from tests.fuzz.stored import Case
from tests.fuzz.words import changed, sizes, words

NAME, ENDS = "bundles", (BundleError, WeightsError, ExplainError)
_MAP = "maps/layer3.npy"
_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (16, 16), }"
_VALUES = st.one_of(
    words,
    sizes,
    st.none(),
    st.booleans(),
    st.floats(),
    st.lists(words, max_size=3),
    st.dictionaries(words, sizes, max_size=2),
    st.integers(),
    st.lists(st.floats(), max_size=4),
)


@cache
def _honest() -> dict[str, bytes]:
    """The files of a small bundle of one layer."""
    found = gather(
        load_classifier("shapes_resnet20"), Image.new("RGB", (40, 30), "red"), 0, ["layer3"]
    )
    with ZipFile(BytesIO(write(found))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _said(**fields: object) -> dict[str, bytes]:
    manifest = json.loads(_honest()["manifest.json"]) | fields
    return _honest() | {"manifest.json": json.dumps(manifest).encode()}


def _headed(header: bytes, version: bytes = b"\1\0") -> bytes:
    header = header[:65535]
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + bytes(1024)


def corpus() -> Iterator[Case]:
    """Headers of maps that Python cannot parse, members that bomb, names that climb."""
    headers = (
        "(" * 9000,
        "{" * 65535,
        _HEADER[:-4],
        "-" * 9999,
        "[]*" * 3000,
        "\0",
        _HEADER.replace("<f4", "|O"),
        _HEADER.replace("False", "True"),
        _HEADER.replace("(16, 16)", "(-16, 16)"),
        "()",
        _HEADER.replace("(16, 16)", "(10**99, 16)"),
        _HEADER.replace("16, 16", "9" * 5000),
        _HEADER.replace("'<f4'", "[('a', '<f4', (10000000000,))]"),
        _HEADER.replace("16", "16L"),
    )
    maps = [_headed(header.encode()) for header in headers]
    maps += [
        _headed(_HEADER.encode(), b"\2\0"),
        _headed(_HEADER.encode(), b"\xff\xff"),
        b"",
        bytes(17_000_000),
    ]
    for values in (
        np.full((16, 16), np.nan, "<f4"),
        np.full((16, 16), 3e38, "<f4"),
        np.zeros((16, 16)),
        np.zeros((16, 16), ">f4"),
        np.array([{}], object),
        np.zeros((0, 0), "<f4"),
    ):
        buffer = BytesIO()
        np.save(buffer, values)
        maps.append(buffer.getvalue())
    for data in maps:
        yield {"data": _zipped(_honest() | {_MAP: data})}
    for name in _honest():
        yield {"data": _zipped({other: d for other, d in _honest().items() if other != name})}
        yield {"data": _zipped(_honest() | {name: b""})}
        yield {"data": _zipped(_honest() | {name: b" " * 5_000_000})}
    for manifest in (b"[" * 10**5, b'{"format":' * 10**5, b"null", b"\xff", b"[1e999]"):
        yield {"data": _zipped(_honest() | {"manifest.json": manifest})}
        yield {"data": manifest, "name": "manifest.json"}
    for fields in (
        {"more": {}},
        {"layers": []},
        {"layers": ["layer3"] * 2},
        {"target": 10**9},
        {"model": "../../etc/passwd"},
        {"model": "x.pth", "family": "file"},
        {"full": {"layer3": 1e308}},
        {"spec": "net=resnet18"},
        {"spec": "&" * 900},
        {"versions": {"a": "b" * 900}},
    ):
        yield {"data": _zipped(_said(**fields))}
    yield {"data": _zipped({"../escaped": b"", "/tmp/escaped": b"", **_honest()})}
    yield from ({"data": data} for data in (b"PK", b"PK\3\4" + bytes(100), b"", _zipped({})))
    yield {"data": _zipped(_honest())}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A manifest with fields otherwise, a file with bytes otherwise, or the archive itself."""
    kind = draw(st.sampled_from(["fields", "fields", "inner", "file", "picture", "archive", "map"]))
    files = dict(_honest())
    if kind == "archive":
        return {"data": draw(changed(_zipped(files)))}
    if kind == "map":
        header = draw(changed(_HEADER.encode()))
        return {"data": _zipped(files | {_MAP: _headed(header)})}
    if kind == "file":
        name = draw(st.sampled_from([*files]))
        return {"data": _zipped(files | {name: draw(changed(files[name]))})}
    manifest = json.loads(files["manifest.json"])
    if kind == "picture":
        name, field = draw(
            st.sampled_from([("input.png", "input_sha256"), ("labels.json", "labels_sha256")])
        )
        files[name] = draw(changed(files[name]))
        manifest[field] = sha256(files[name]).hexdigest()
    if kind == "fields":
        for field in draw(st.lists(st.sampled_from([*manifest]), min_size=1, max_size=3)):
            manifest[field] = draw(_VALUES)
    if kind == "inner":
        for field in ("transform", "full", "more", "versions"):
            inner = manifest[field] if isinstance(manifest[field], dict) else {}
            keys = draw(
                st.lists(
                    st.one_of(st.sampled_from([*inner, "layer", "methods"]), words), max_size=2
                )
            )
            manifest[field] = inner | {key: draw(_VALUES) for key in keys}
    return {"data": _zipped(files | {"manifest.json": json.dumps(manifest).encode()})}


def ready() -> None:
    """Replay an honest one."""
    assert run({"data": _zipped(_honest())}).same


def run(case: Case) -> Any:
    """Compute its maps again."""
    with TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / case.get("name", "bundle.zip")
        path.write_bytes(case["data"])
        return replay(path, device="cpu")
