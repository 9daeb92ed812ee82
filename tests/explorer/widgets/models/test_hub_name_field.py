"""A name on the Hugging Face hub: offered with its size, and fetched as the visitor's own file."""

import json
from importlib.util import find_spec

import pytest
from safetensors.torch import save

from explorer.state import visitor
from explorer.state.limits import PREFIX, limits
from explorer.widgets.models import hub_name_field
from resnet import ResNetSpec, build
from tests.explorer.pages import opened, page, press, said
from tests.hub import playing

NAME = "timm/resnet18.tiny"
SPEC = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), planes=(8, 16), stem_width=8)
CONFIG = {"architecture": "resnet18", "label_names": [f"tree {i}" for i in range(10)]}


@pytest.fixture
def _hub(monkeypatch):
    weights = save(build(SPEC).state_dict())
    files = {
        NAME: {"model.safetensors": weights, "config.json": json.dumps(CONFIG).encode()},
        "owner/plain": {"model.safetensors": weights, "config.json": b'{"neither": 1}'},
        "owner/large": {"model.safetensors": bytes(3 << 19)},
        "owner/empty": {"README.md": b"nothing"},
    }
    with playing(files) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield


@pytest.mark.usefixtures("_hub")
def test_a_name_is_offered_with_its_size_and_becomes_an_own_checkpoint():
    app = opened("attention")
    app.text_input(key="attention_hub").set_value(NAME).run()
    assert not app.exception
    assert f"{NAME} is not on this machine yet" in said(app).replace("\\", "")
    assert "kB to download" in said(app)
    assert "hub" in app.query_params
    press(app, "Download")
    assert not app.exception
    assert not app.error
    assert app.query_params["checkpoint"].startswith("timm-resnet18.tiny.safetensors~")
    assert "hub" not in app.query_params
    assert app.selectbox(key="attention_target").options == CONFIG["label_names"]
    assert "Said beside them, by config.json" in said(app)


@pytest.mark.usefixtures("_hub")
def test_a_config_that_says_nothing_of_a_network_is_left():
    app = press(opened("attention", hub="owner/plain"), "Download")
    assert not app.exception
    assert not app.error
    assert "10 classes" in said(app)
    assert "labels" not in app.query_params


@pytest.mark.usefixtures("_hub")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("timm/none", "The hub has no"),
        ("owner/empty", "holds neither"),
        ("resnet50", "is no name on the hub; write owner/name"),
        ("http://127.0.0.1/x", "is no name on the hub"),
        ("hf-hub:../x", "cannot be had"),
        ("a/b/c", "is no name on the hub"),
    ],
)
def test_what_cannot_be_had_is_one_sentence_and_no_button(name, words):
    app = opened("attention", hub=name)
    (error,) = app.error
    assert words in error.value.replace("\\", "")
    assert "Download" not in {button.label for button in app.button}


@pytest.mark.usefixtures("_hub")
def test_what_is_too_large_is_never_fetched(monkeypatch):
    monkeypatch.setenv(f"{PREFIX}CHECKPOINT_BYTES", "1MB")
    limits.cache_clear()
    try:
        app = opened("attention", hub="owner/large")
    finally:
        limits.cache_clear()
    assert "has 1.5 MB; a file here can have 1.0 MB" in app.error[0].value
    assert "Download" not in {button.label for button in app.button}


def test_where_visitors_may_not_fetch_whatever_they_name_there_is_no_field(monkeypatch):
    monkeypatch.setenv(f"{PREFIX}DOWNLOADS", "resnet50")
    limits.cache_clear()
    try:
        app = opened("attention", hub=NAME)
    finally:
        limits.cache_clear()
    assert not [field for field in app.text_input if field.key == "attention_hub"]
    assert not app.error


def test_without_the_package_it_is_named(monkeypatch):
    missing = {"huggingface_hub"}
    monkeypatch.setattr(
        hub_name_field, "find_spec", lambda name: None if name in missing else find_spec(name)
    )
    app = page("attention").run()
    assert "resnet-explorer[hub]" in said(app).replace("\\", "")
    app = opened("attention", hub=NAME)
    assert "resnet-explorer[hub]" in app.error[0].value.replace("\\", "")


@pytest.mark.usefixtures("_hub")
def test_of_many_a_visitor_keeps_one():
    app = opened("attention", hub=NAME)
    for name in (NAME, "owner/plain"):
        app.text_input(key="attention_hub").set_value(name).run()
        press(app, "Download")
    assert not app.error
    assert "owner-plain.safetensors" in said(app).replace("\\", "")
    assert "timm-resnet18.tiny.safetensors" not in said(app).replace("\\", "")
    assert visitor.kinds()["own"].many is False
