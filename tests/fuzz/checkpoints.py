"""Checkpoints: state dicts of any shapes in every format, and pickles that want something else."""

from __future__ import annotations

import contextlib
import json
import pickle
import struct
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import torch
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save as safe

from resnet.maps.answers import ExplainError
from resnet.maps.explain import explain
from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.given.labels import GivenError
from resnet.weights.given.owner_says import Given
from resnet.weights.loading import WeightsError, load_classifier
from resnet.weights.reading.infer_spec import CheckpointError
from tests.fuzz.stored import Case
from tests.fuzz.words import HOSTILE_WORDS, changed, sizes

NAME, ENDS = "checkpoints", (CheckpointError, GivenError, WeightsError, ExplainError)
_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\0."
_KEYS = (
    "fc.weight",
    "conv1.weight",
    "bn1.running_var",
    "layer1.0.conv1.weight",
    "classifier.weight",
    "head.weight",
    "layer1.0.conv2.weight",
    "norm.weight",
    "layer9.99999.conv1.weight",
    "conv1.0.weight",
    "features.0.weight",
    "module.fc.weight",
    "layer1.0.downsample.1.weight",
)
_KINDS = ("float32", "float16", "bfloat16", "float64", "int8", "int64", "bool", "complex64")
_NAMES = st.sampled_from(["net.pth", "net.pt", "net.safetensors", "n.TH", "net.bin", "", "\0.pth"])


def _saved(value: object, **how: Any) -> bytes:
    buffer = BytesIO()
    torch.save(value, buffer, **how)
    return buffer.getvalue()


@cache
def _honest() -> tuple[tuple[str, bytes], ...]:
    torch.manual_seed(0)
    spec = ResNetSpec(
        block="basic",
        layers=(1, 1),
        planes=(4, 8),
        stem="cifar",
        stem_width=4,
        num_classes=3,
        image_size=16,
    )
    state = build(spec).state_dict()
    return (
        ("net.pth", _saved(state)),
        ("net.safetensors", safe(state)),
        ("net.pt", _saved({"state_dict": state, "epoch": 3}, _use_new_zipfile_serialization=False)),
    )


@cache
def _state() -> dict[str, torch.Tensor]:
    return torch.load(BytesIO(_honest()[0][1]), weights_only=True)


def _zip(pickled: bytes, kind: int = ZIP_STORED, **more: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", kind) as archive:
        for name, data in {
            "data.pkl": pickled,
            "version": b"3\n",
            "data/0": bytes(64),
            **more,
        }.items():
            archive.writestr(f"archive/{name}", data)
    return buffer.getvalue()


class _Calls:
    """Pickled, it calls what it is told to when it is opened."""

    def __init__(self, what: object, *given: object):
        self.call = (what, given)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


def _pickles() -> Iterator[bytes]:
    import builtins
    import os
    import subprocess

    calls = (
        _Calls(os.system, "touch escaped"),
        _Calls(builtins.eval, "1"),
        _Calls(bytearray, 10**9),
        _Calls(subprocess.Popen, "ls"),
        _Calls(torch.Tensor, 10**9),
        _Calls(builtins.open, "x", "w"),
        _Calls(getattr, "a", "upper"),
        _Calls(torch.Size, range(10)),
        _Calls(set, [1]),
    )
    for protocol in (0, 2, 4, 5):
        yield from (pickle.dumps({"fc.weight": call}, protocol) for call in calls)
    yield from (
        b"\x80\x02(lr\nc\nRu.",
        b"\x80\x02p2000000000\n.",
        b"\x80\x02" + b"(" * 10**5 + b".",
        b"\x80\x02" + b"]" * 10**5 + b".",
        b"\x80\x02]q\0h\0a.",
        b"\x80\x02}q\0(X\1\0\0\0ah\0u.",
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x02\x8b\xff\xff\xff\x7f.",
        b"I" + b"9" * 10**4 + b"\n.",
        b"\x80\x05\x96" + b"\xff" * 8 + b".",
        b"\x80\x02X\xff\xff\xff\xff.",
        b"cos\nsystem\n(S'ls'\ntR.",
        b".",
        b"",
        b"\x80\x02(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuJ\xff\xff\xff\x7ftQ.",
    )


def _header(text: bytes, rest: bytes = bytes(64)) -> bytes:
    return struct.pack("<Q", len(text)) + text + rest


def corpus() -> Iterator[Case]:
    """Every hostile pickle in every wrapping, heads that no network has, headers that lie."""
    for pickled in _pickles():
        for data in (pickled, _zip(pickled), _zip(pickled, ZIP_DEFLATED), _LEGACY + pickled):
            yield {"name": "net.pth", "data": data}
    wrong: list[object] = [
        {"fc.weight": torch.zeros(0, 5)},
        {"fc.weight": torch.tensor(1.0)},
        [],
        None,
        3,
        {},
        {1: 2},
        {"fc.weight": torch.zeros(0, 5), "x": torch.zeros(13_000_000, dtype=torch.int8)},
        {"fc.weight": torch.zeros(1).expand(10**9, 10)},
        {"fc.weight": torch.eye(3).to_sparse()},
        {"conv1.weight": torch.zeros(0, 0, 7, 7), "fc.weight": torch.zeros(0, 0)},
        {
            "layer1.99999.conv1.weight": torch.zeros(4, 4, 3, 3),
            "conv1.weight": torch.zeros(4, 3, 3, 3),
            "fc.weight": torch.zeros(3, 4),
            "layer1.0.conv1.weight": torch.zeros(4, 4, 3, 3),
        },
        {word: torch.ones(1) for word in HOSTILE_WORDS if "\ud800" not in word},
    ]
    yield from ({"name": "net.pth", "data": _saved(value)} for value in wrong)
    for value in (-100.0, 0.0, float("nan"), 3e38, 1e-45):
        for key in ("bn1.running_var", "bn1.weight", "fc.weight", "layer2.0.bn2.bias"):
            changed = _state() | {key: torch.full_like(_state()[key], value)}
            yield {"name": "net.pth", "data": _saved(changed)}
    lies = {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 64]}
    for text in (
        json.dumps({"fc.weight": lies}),
        json.dumps({"fc.weight": lies | {"shape": [-1]}}),
        "{" * 10**5,
        '{"a":' * 10**5,
        json.dumps({"a": lies | {"dtype": "X"}}),
        "{}",
        "[]",
        " " * 10**5,
    ):
        yield {"name": "net.safetensors", "data": _header(text.encode())}
    yield {"name": "net.safetensors", "data": b"\xff" * 8 + b"{"}
    yield from ({"name": name, "data": data} for name, data in _honest())
    yield from ({"name": name, "data": data[: len(data) // 2]} for name, data in _honest())


_shapes = st.lists(st.sampled_from([0, 1, 2, 3, 4, 7, 8, 16, 64]), max_size=5)


@st.composite
def _tensor(draw: st.DrawFn) -> torch.Tensor:
    shape, kind = draw(_shapes), getattr(torch, draw(st.sampled_from(_KINDS)))
    full = draw(st.sampled_from([0, 1, -1, 3e38, float("nan")]))
    count = 1
    for side in shape:
        count *= side
    if count > 10**5:
        shape = []
    whole = full if full == full and abs(full) < 2 else 1
    return torch.full(shape, full if kind.is_floating_point else whole).to(kind)


@st.composite
def _some_state(draw: st.DrawFn) -> dict[str, Any]:
    """An honest state dict with some tensors otherwise, or one of nothing else."""
    state: dict[str, Any] = dict(_state()) if draw(st.booleans()) else {}
    for key in draw(st.lists(st.sampled_from((*_KEYS, *_state())), max_size=6)):
        old = state.get(key)
        full = draw(st.sampled_from([0.0, -1.0, 3e38, 1e-45, 1e20]))
        keep = old is not None and draw(st.booleans())
        state[key] = torch.full_like(old.float(), full) if keep else draw(_tensor())
    for key in draw(st.lists(st.sampled_from([*state] or ["x"]), max_size=2)):
        state.pop(key, None)
    return state


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """State dicts by every writer, honest files and pickles changed, and what is said of them."""
    kind = draw(st.sampled_from(["state", "state", "changed", "pickle", "header"]))
    said = {"crop": draw(st.sampled_from([None, 8, 16, 33, 128]))}
    if kind == "state":
        state, wrap = draw(_some_state()), draw(st.sampled_from(["", "state_dict", "model", "x"]))
        if draw(st.booleans()):
            tensors = {key: value.contiguous() for key, value in state.items()}
            return {"name": "net.safetensors", "data": safe(tensors), **said}
        old = draw(st.booleans())
        data = _saved({wrap: state} if wrap else state, _use_new_zipfile_serialization=not old)
        return {"name": "net.pth", "data": data, **said}
    if kind == "changed":
        name, data = draw(st.sampled_from(_honest()))
        return {
            "name": name if draw(st.booleans()) else draw(_NAMES),
            "data": draw(changed(data)),
            **said,
        }
    if kind == "pickle":
        pickled = draw(changed(draw(st.sampled_from([*_pickles()]))))[: 10**5]
        made = (pickled, _zip(pickled), _zip(pickled, ZIP_DEFLATED), _LEGACY + pickled)
        return {"name": "net.pth", "data": draw(st.sampled_from(made))}
    entry = {
        "dtype": draw(st.sampled_from(["F32", "I8", "F8_E4M3", "", "BOOL"])),
        "shape": draw(st.lists(sizes, max_size=4)),
        "data_offsets": [0, draw(sizes)],
    }
    text = json.dumps({draw(st.sampled_from(_KEYS)): entry}).encode()
    return {"name": "net.safetensors", "data": draw(changed(_header(text)))}


def ready() -> None:
    """Load an honest file and one of another family, so that all is imported."""
    for name, data in _honest():
        run({"name": name, "data": data, "crop": 16})
    with contextlib.suppress(CheckpointError):
        run({"name": "x.pth", "data": _saved({"fc.weight": torch.zeros(3, 4)})})


def run(case: Case) -> Any:
    """Load it as a visitor's, and ask it about a picture."""
    given = Given(crop=case.get("crop"))
    classifier = load_classifier(Path(case["name"]), data=case["data"], given=given)
    return explain(classifier, [Image.new("RGB", (20, 16), "orange")])
