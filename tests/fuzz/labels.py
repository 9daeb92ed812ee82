"""Lists of class names, and what else the owner of a checkpoint says in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from resnet.network.spec import ResNetSpec
from resnet.weights.given.labels import GivenError, read_labels
from resnet.weights.given.owner_says import Given, read_numbers, read_size
from tests.fuzz.stored import Case
from tests.fuzz.words import changed, words

NAME, ENDS = "labels", (GivenError,)
_CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-7", "latin-1", "gb18030", "cp037")
_NAMES = st.sampled_from(
    ["labels.txt", "l.json", "L.JSON", "x.csv", "", ".json", "../a.json", "\0.txt"]
)
_VALUES = st.one_of(
    words, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(words, max_size=3)
)
_JSON = st.one_of(
    st.lists(_VALUES, max_size=6),
    st.dictionaries(words, _VALUES, max_size=6),
    st.recursive(_VALUES, lambda inner: st.lists(inner, max_size=3), max_leaves=20),
)


def ready() -> None:
    """Have everything imported."""
    run({"numbers": "0.5", "what": "mean"})


def corpus() -> Iterator[Case]:
    """Nests, bombs of one line, other encodings, and what JSON only looks like."""
    texts = [
        b"",
        b"\0",
        b"\xef\xbb\xbf",
        b"a\0b\n" * 3,
        b"a" * 3_999_999,
        b"\n" * 4_000_000,
        b"x" * 4_000_001,
        b"[" * 100_000,
        b'{"0":' * 100_000,
        b"[" + b"9" * 5000 + b"]",
        b"[1e999]",
        b"NaN",
        b'{"0": "a", "0": "b"}',
        b'{"1": "a"}',
        b'{"0": ["a", ["b"]]}',
        b'["\\ud800"]',
        b'[""]',
        b'"a"',
        b"[null]",
        "a\u2028b\x85c".encode(),
        "\ufeffa".encode("utf-16"),
        b"\xff\xfe",
    ]
    for data in texts:
        yield from ({"name": f"labels{suffix}", "data": data} for suffix in (".txt", ".json"))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Text or JSON in any encoding, or with bytes changed; and numbers."""
    kind = draw(st.sampled_from(["text", "json", "bytes", "numbers", "numbers"]))
    if kind == "numbers":
        return {"numbers": draw(words), "what": draw(st.sampled_from(["mean", "size", "crop"]))}
    text = "\n".join(draw(st.lists(words, max_size=8)))
    if kind == "json":
        text = json.dumps(draw(_JSON), ensure_ascii=draw(st.booleans()))
    data = text.encode(draw(st.sampled_from(_CODECS)), "replace")
    return {"name": draw(_NAMES), "data": draw(changed(data)) if kind == "bytes" else data}


def run(case: Case) -> Any:
    """Read it, and say it of a network."""
    spec = ResNetSpec.preset("cifar_resnet20", num_classes=2)
    if "data" in case:
        return Given(read_labels(case["data"], case["name"])).named(spec)
    if case["what"] == "mean":
        values = read_numbers(case["numbers"], "mean")
        return Given(mean=values, std=values).transform(spec)
    return Given(**{"crop": read_size(case["numbers"], case["what"])}).sized(spec)
