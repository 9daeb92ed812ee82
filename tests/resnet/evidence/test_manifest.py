"""Manifests: every field is checked, and a lie is one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.evidence.manifest import BundleError, Manifest, read_manifest
from tests.resnet.evidence.bundles import changed, refused, zipped


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"methods": ["gradcam++", "no such"]}, "other methods"),
        ({"methods": []}, "other methods"),
        ({"methods": ["saliency", "saliency"]}, "other methods"),
        ({"methods": ["../saliency"]}, "other methods"),
        ({"layer": "layer9"}, "layer1 or layer2 or layer3"),
        ({"settings": {"samples": 10**9}}, "missing"),
    ],
)
def test_other_methods_that_lie_are_refused(tmp_path, with_more, change, said):
    more = json.loads(with_more["manifest.json"])["more"]
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more | change))
    assert said in refused(path)


@pytest.mark.parametrize(
    "setting", [{"samples": 10**9}, {"steps": 0}, {"window": True}, {"noise": 2}, {"seed": -1}]
)
def test_settings_that_would_never_end_are_refused(tmp_path, with_more, setting):
    more = json.loads(with_more["manifest.json"])["more"]
    settings = more["settings"] | setting
    path = zipped(tmp_path / "b.zip", changed(with_more, more=more | {"settings": settings}))
    assert f"manifest's {next(iter(setting))}" in refused(path)


FIELDS = {
    "spec": "one line of text",
    "model": "one line of text",
    "date": "one line of text",
    "sha256": "SHA-256",
    "input_sha256": "SHA-256",
    "transform": "object",
    "versions": "object",
    "layers": "list of names",
    "full": "object",
    "method": "gradcam or hirescam",
    "placement": "receptive-field or conventional",
    "precision": "fp32 or bf16 or fp16",
    "device": "cuda or mps or cpu",
    "target": "whole number",
    "input": "input.png",
    "labels": "labels.json",
}


WRONG = [
    (field, value)
    for field, said in FIELDS.items()
    for value in (None, {"a": []}, 3.5, True, ["x", 3])
    if not (said == "object" and isinstance(value, dict))
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_every_field_of_a_wrong_type_is_named(bundled, field, value):
    data = changed(bundled, **{field: value})["manifest.json"]
    with pytest.raises(BundleError, match=field) as caught:
        read_manifest(data)
    assert FIELDS[field] in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"input": "../../etc/passwd"}, "input.png"),
        ({"input": "/etc/passwd"}, "input.png"),
        ({"labels": "..\\labels.json"}, "labels.json"),
        ({"layers": ["../../layer1"]}, "not stages"),
        ({"layers": []}, "not stages"),
        ({"layers": ["layer1", "layer1"]}, "not stages"),
        ({"target": 10}, "0 to 9"),
        ({"target": -1}, "0 to 9"),
        ({"target": 10**400}, "0 to 9"),
        ({"spec": "net=../x"}, "preset"),
        ({"spec": "net=resnet50&layers=" + "9" * 900}, "cannot be followed"),
        ({"transform": {"resize": 10**9, "crop": 64}}, "8 to 1024"),
        ({"transform": {"resize": 64, "crop": 64, "mean": [10**400], "std": [1]}}, "1000"),
        ({"transform": {"resize": 64, "crop": 64, "mean": [[0]], "std": [1]}}, "mean"),
        ({"full": {"layer1": 10**400}}, "number"),
        ({"versions": {"torch": 2}}, "versions"),
        ({"versions": {"two\nlines": "2"}}, "versions"),
        ({"model": "no_such", "family": "imagenet"}, "no weights"),
        ({"model": "/etc/hostname.pth", "family": "imagenet"}, "no weights"),
        ({"spec": "net=cifar_resnet32&image_size=64"}, "another network"),
        ({"sha256": "0" * 64}, "not 00000000"),
        ({"input_sha256": "0" * 64}, "input.png is not the file"),
    ],
)
def test_a_manifest_that_lies_is_refused_in_one_sentence(tmp_path, bundled, fields, said):
    assert said in refused(zipped(tmp_path / "b.zip", changed(bundled, **fields)))


@given(st.binary(max_size=80) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_manifest_brings_anything_but_a_refusal(data):
    with pytest.raises(BundleError):
        read_manifest(data)


@given(st.sampled_from(sorted(FIELDS)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
))  # fmt: skip
def test_whatever_a_field_holds_is_read_or_refused_in_one_sentence(bundled, field, value):
    found = read_or_said(changed(bundled, **{field: value})["manifest.json"])
    if isinstance(found, str):
        assert "\n" not in found
    else:
        assert read_manifest(found.to_json().encode()) == found


def read_or_said(data: bytes) -> Manifest | str:
    try:
        return read_manifest(data)
    except BundleError as error:
        return str(error)
