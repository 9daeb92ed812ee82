"""Other families on the Attention page: what they show, what they say they cannot, and uploads."""

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn
from torchvision import models

from explorer.tasks.inputs.photos import sample
from resnet.fetch.download import DownloadError
from resnet.weights.catalogue import catalogue, residual_networks
from resnet.weights.classifiers.torchvision_classifier import TorchvisionClassifier
from resnet.weights.entries import TorchvisionEntry
from resnet.weights.loading import find
from tests.checkpoints import saved
from tests.explorer.drawn import overlay, strip, values
from tests.explorer.pages import choose, forget, press, said, upload
from tests.other_families import Tokens, cached

BUILDER, LAYER = "mobilenet_v2", "features.13"
NAME = find(BUILDER).name


@pytest.fixture
def theirs(monkeypatch, tmp_path, app, in_this_process):
    """torchvision's model, whose file is in the cache and which the page is asked for."""
    forget()
    app.query_params["model"] = NAME
    return cached(monkeypatch, tmp_path, BUILDER)[0]


def view(entry) -> torch.Tensor:
    return entry.transform.tensor(entry.transform.view(sample(2, "shapes").image))[None]


def test_the_list_has_every_weight_residual_networks_first():
    names = [*catalogue()]
    assert names[: len(residual_networks())] == [*residual_networks()]
    every = {
        f"{builder}.{weights.name}"
        for builder in models.list_models(module=models)
        for weights in models.get_model_weights(builder)
        if weights.meta["categories"]
    }
    assert every <= set(names)


def test_what_is_not_here_is_offered_with_its_size(app, monkeypatch):
    app.query_params["model"] = "densenet169.IMAGENET1K_V1"
    app.run()
    assert "57 MB to download" in said(app)
    assert any(o.endswith("(V1) · ↓ 57 MB") for o in app.selectbox(key="attention_model").options)

    def offline(*_):
        raise DownloadError("No network. Get the file elsewhere.")
        yield

    monkeypatch.setattr("resnet.weights.loading.download", offline)
    press(app, "Download")
    assert not app.exception
    assert [error.value for error in app.error] == ["No network. Get the file elsewhere."]


def test_the_answer_and_the_map_are_torchvisions_and_captums(app, theirs):
    app.query_params.update({"layer": LAYER, "target": "281", "panel": "classes", "other": "7"})
    app.run()
    assert not app.exception
    x = view(find(BUILDER))
    for module in theirs.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    layer = theirs.get_submodule(LAYER)
    expected = [LayerGradCam(theirs, layer).attribute(x, i)[0, 0].detach() for i in (281, 7)]
    a, b, difference = (values(tile) for tile in strip(app)["tiles"])
    assert np.allclose(a, expected[0], rtol=1e-3, atol=1e-7)
    assert np.allclose(b, expected[1], rtol=1e-3, atol=1e-7)
    assert np.allclose(difference, a - b, atol=1e-7)
    full = float(expected[0].abs().max())
    assert overlay(app)["scale"]["high"] == f"+{full:.3g}"
    assert f"at {LAYER}" in said(app)
    assert "is the logit" not in said(app)


def test_the_map_is_said_to_be_complete_where_it_is(app, theirs):
    app.run()
    with torch.no_grad():
        best = int(theirs(view(find(BUILDER))).argmax())
    assert app.selectbox(key="attention_target").value == best
    assert app.selectbox(key="attention_layer").value == "features.18"
    assert "features.18 · 1280×7×7" in app.selectbox(key="attention_layer").options
    assert "is the logit" in said(app)
    assert "**The difference sums to" in said(app)
    assert "need not agree" not in said(app)
    choose(app, "attention_layer", LAYER)
    assert "is the logit" not in said(app)


@pytest.mark.parametrize("panel", ["stages", "anatomy", "lesions", "methods", "trust"])
def test_a_panel_that_is_not_there_says_why_in_a_line(app, theirs, panel):
    app.query_params["panel"] = panel
    app.run()
    assert not app.exception
    (why,) = [info.value for info in app.info if "drawn scene" not in info.value]
    assert "ResNet" in why or "receptive fields" in why


def test_its_evidence_is_taken_away_and_the_command_for_it_is_named(app, theirs):
    app.query_params.update({"panel": "bundle", "layer": LAYER})
    app.run()
    assert not app.exception
    assert f"Grad-CAM, {LAYER}" in said(app)
    assert "Other methods” it has" not in said(app)
    assert "python -m resnet explain --from" in app.code[0].value


def test_it_stands_beside_a_residual_network(app, theirs):
    app.query_params.update({"panel": "models", "second": "shapes_resnet20"})
    app.run()
    assert not app.exception
    assert "do not know the same classes" in said(app)


def test_a_family_of_tokens_has_predictions_and_no_map(app, theirs, monkeypatch):
    def tokens(entry, *_):
        torch.manual_seed(0)
        model = Tokens()
        model.head = nn.Linear(3, 1000)
        see = entry.transform
        return TorchvisionClassifier("vit_b_16", "T", model.eval(), entry.labels, see, "", "", ())

    monkeypatch.setattr(TorchvisionEntry, "classifier", tokens)
    for panel in ("", "classes", "models", "stages", "edits", "bundle"):
        app.query_params["panel"] = panel
        app.run()
        assert not app.exception
        assert "works on tokens" in said(app)
        assert not [c for c in app.get("bidi_component") if "overlay" in c.proto.component_name]


# A visitor's own file


def test_an_uploaded_state_dict_of_another_family_is_recognised(app):
    torch.manual_seed(0)
    model = models.densenet121(num_classes=5).eval()
    upload(app.run(), "control_own", "mine.pth", saved({"state_dict": model.state_dict()}))
    assert not app.exception
    assert "torchvision's densenet121; 5 classes" in said(app)
    assert "Assumed" in said(app)
    assert app.selectbox(key="attention_target").options == [f"class {i}" for i in range(5)]
    with torch.no_grad():
        best = int(model(view(find("densenet121"))).argmax())
    assert app.selectbox(key="attention_target").value == best
    assert app.selectbox(key="attention_layer").value == "relu"
