"""Lists of labels: every form is read, and everything else is refused in one line."""

import json

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from resnet.weights.given.labels import GivenError, read_labels


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("l.txt", "cat\ndog\nsea lion\n"),
        ("l.txt", "\ufeffcat\r\n dog \r\nsea  lion"),
        ("l.json", '["cat", "dog", "sea lion"]'),
        ("L.JSON", '{"1": "dog", "0": "cat", "2": "sea lion"}'),
        ("l.json", '{"0": ["n1", "cat"], "1": ["n2", "dog"], "2": ["n3", "sea lion"]}'),
    ],
)
def test_every_form_gives_the_same_labels(name, text):
    assert read_labels(text.encode(), name) == ("cat", "dog", "sea lion")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("l.csv", b"cat", ".txt or .json"),
        ("l.txt", b"", "no labels"),
        ("l.txt", b"\xff\xfe\x00", "UTF-8"),
        ("l.txt", b"cat\n\ndog", "class 1 by nothing"),
        ("l.txt", b"x" * 201, "class 0 by more than 200"),
        ("l.txt", b"x" * 4_000_001, "4 MB"),
        ("l.json", b"[", "cannot be read"),
        ("l.json", b"[" * 100_000, "cannot be read"),
        ("l.json", b"3", "neither a list nor an object"),
        ("l.json", b'["cat", 3]', "class 1 by no text"),
        ("l.json", b'[{"a": 1}]', "class 0 by no text, but by an object"),
        ("l.json", b'{"1": "cat", "2": "dog"}', "no class 0"),
        ("l.json", b'{"cat": 0, "dog": 1}', "0 to 1"),
        ("l.json", b"{}", "no labels"),
        ("l.json", b"[[]]", "class 0 by no text, but by a list"),
        ("l.json", b"[null]", "class 0 by no text, but by null"),
        ("l.json", b"[true]", "class 0 by no text, but by a truth value"),
        ("l.json", b"[1.5]", "class 0 by no text, but by a number"),
        ("l.json", b'{"0": ["n1"]}', "class 0 by no text, but by a list"),
        ("l.json", b'{"0": ["n1", "cat", "x"]}', "class 0 by no text, but by a list"),
    ],
)
def test_what_is_no_list_of_labels_is_refused_in_one_line(name, data, said):
    with pytest.raises(GivenError) as caught:
        read_labels(data, name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@examples(st.binary(max_size=60), st.sampled_from(["l.txt", "l.json"]))
def test_no_bytes_bring_anything_but_labels_or_a_refusal(data, name):
    try:
        labels = read_labels(data, name)
    except GivenError:
        return
    assert labels
    assert all(label.isprintable() and label == label.strip() for label in labels)


@examples(st.lists(st.text("abc é猫", min_size=1).filter(str.strip), min_size=1))
def test_a_list_round_trips_through_json(labels):
    read = read_labels(json.dumps(labels).encode(), "l.json")
    assert read == tuple(" ".join(label.split()) for label in labels)


def test_a_list_may_be_as_large_and_a_label_as_long_as_is_said():
    data = 20_000 * (b"x" * 199 + b"\n")
    assert len(data) == 4_000_000
    assert len(read_labels(data, "l.txt")) == 20_000
    assert read_labels(b"x" * 200, "l.txt") == ("x" * 200,)
