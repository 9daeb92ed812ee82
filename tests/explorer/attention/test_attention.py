"""The Attention page, driven without a browser, on the bundled model."""

import re

import pytest
import torch

from explorer.attention import large_picture
from explorer.widgets.models import model_picker
from resnet import ResNetSpec, build, load_classifier
from resnet.maps.explain import look
from resnet.model.devices import DoesNotFit
from tests.checkpoints import saved
from tests.explorer.drawn import ranked
from tests.explorer.pages import choose, forget, png, press, said, upload, uploader


def test_a_known_answers_picture_goes_before_the_controls(app, monkeypatch):
    order = []
    for module, name in ((model_picker, "choose"), (large_picture, "show")):
        draw = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *of, what=name, draw=draw: order.append(what) or draw(*of)
        )
    app.run()
    assert order == ["choose", "show"]  # the controls are there while the model loads
    order.clear()
    app.selectbox(key="attention_target").select_index(3).run()
    assert order == ["show", "choose"]
    order.clear()
    upload(app, "control_files", "new.png", png("#123457"))
    assert order == ["choose", "show"]
    assert not app.exception


def test_what_does_not_fit_is_said_and_leaves_the_controls(app, monkeypatch):
    def refuse(*of):
        raise DoesNotFit

    monkeypatch.setattr(large_picture, "show", refuse)
    app.run()
    assert [error.value for error in app.error] == [str(DoesNotFit())]
    assert app.selectbox(key="attention_model").value
    assert app.selectbox(key="attention_target").value is not None
    assert not app.exception


@pytest.fixture
def gpu(monkeypatch, in_this_process):
    """A GPU on which loading, or the first forward, ends in an error."""

    def make(error: Exception, loads: bool) -> None:
        def load(name, device="cpu", **named):
            if device == "cuda" and not loads:
                raise error
            classifier = load_classifier(name, **named)
            if device == "cuda":
                monkeypatch.setattr(classifier.model, "stem", stem, raising=False)
            return classifier

        def stem(x):
            raise error

        monkeypatch.setattr("resnet.model.devices.devices", lambda: ("cuda", "cpu"))
        monkeypatch.setattr("resnet.weights.loading.load_classifier", load)

    forget()
    yield make
    forget()


FAILURES = {
    "Out of memory: continued with batches of 8 on cpu.": torch.OutOfMemoryError("out of memory"),
    "cuda failed: continued on the CPU.": torch.AcceleratorError("CUDA error: launch failure"),
}


@pytest.mark.parametrize("loads", [True, False], ids=["forward", "loading"])
@pytest.mark.parametrize("note", FAILURES)
def test_what_a_gpu_cannot_do_the_cpu_does_and_the_page_says_so(app, gpu, note, loads):
    gpu(FAILURES[note], loads)
    app.query_params.update({"panel": "anatomy", "layer": "layer1"})
    app.run()
    assert not app.exception
    assert not app.error
    assert [warning.value for warning in app.warning] == [note]
    assert app.selectbox(key="attention_device").value == "cuda"
    assert "(cpu, fp32)" in said(app)


def test_a_gpu_that_fails_in_a_panel_is_said(app, monkeypatch):
    def fail(*of):
        raise torch.AcceleratorError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(large_picture, "show", fail)
    app.run()
    assert [error.value.split(":")[0] for error in app.error] == ["The device failed"]
    assert not app.exception


def test_a_sample_is_explained_at_once(app):
    app.run()
    assert not app.exception
    assert "is the logit" in said(app)
    assert not app.error
    assert not app.info


def test_the_bars_are_the_models_probabilities(app):
    app.run()
    from explorer.tasks.inputs.photos import sample

    classifier = load_classifier("shapes_resnet20")
    (result,) = look(classifier, [sample(2, "shapes").image])
    best = result.logits.softmax(0).topk(5)
    (shown,) = ranked(app)
    assert [bar.index for bar in shown] == best.indices.tolist()
    assert [bar.share for bar in shown] == pytest.approx(best.values.tolist(), abs=6e-5)


def test_any_class_can_be_asked_for(app):
    app.run()
    classes = app.selectbox(key="attention_target")
    other = (classes.value + 1) % 10
    classes.set_value(other).run()
    assert app.query_params["target"] == str(other)
    assert not app.exception


def test_a_link_restores_sample_class_and_stage(app):
    app.query_params.update({"sample": "3", "target": "4", "layer": "layer1", "method": "hirescam"})
    app.run()
    assert app.selectbox(key="attention_target").value == 4
    label = load_classifier("shapes_resnet20").labels[4]
    assert f"**{label}** at layer1" in said(app)


def test_a_link_with_nonsense_shows_the_usual_page(app):
    app.query_params.update(
        {"model": "x", "sample": "99", "target": "-1", "layer": "layer9", "method": "m"}
    )
    app.run()
    assert not app.exception
    assert "is the logit" in said(app)


def test_a_photograph_for_a_model_that_never_saw_one_is_said(app):
    upload(app.run(), "control_files", "beach.png", png())
    assert "never a photograph" in said(app)


def test_several_photographs_give_a_table_and_a_bad_one_only_its_message(app):
    files = uploader(app.run(), "control_files")
    for name, data in [("a.png", png("red")), ("b.png", png("blue")), ("c.png", b"no picture")]:
        files.upload(name, data, "image/png")
    app.run()
    assert not app.exception
    assert [error.value.count("c.png") for error in app.error] == [1]
    choose(app, "attention_bench", "table")
    assert app.dataframe[0].value["file"].tolist() == ["a.png", "b.png"]


def test_an_own_checkpoint_is_recognised_from_its_keys(app):
    torch.manual_seed(0)
    model = build(ResNetSpec.preset("cifar_resnet20", num_classes=4))
    state = {f"module.{key}": value for key, value in model.state_dict().items()}
    upload(app.run(), "control_own", "mine.pth", saved({"state_dict": state}))
    assert not app.exception
    assert app.selectbox(key="attention_target").options == [f"class {i}" for i in range(4)]
    assert "Assumed" in said(app)


def test_another_model_starts_from_its_own_most_probable_class(app):
    app.query_params["target"] = "7"
    torch.manual_seed(0)
    model = build(ResNetSpec.preset("cifar_resnet20", num_classes=9))
    data = saved(model.state_dict())
    upload(app.run(), "control_own", "m.pth", data)
    classifier = load_classifier("m.pth", data=data)
    from explorer.tasks.inputs.photos import sample

    (result,) = look(classifier, [sample(2, "shapes").image])
    assert app.selectbox(key="attention_target").value == int(result.logits.argmax())


def test_uploads_outlive_a_visit_to_the_other_page(app):
    upload(app.run(), "control_files", "mine.png", png()).switch_page(
        "architecture/architecture.py"
    ).run()
    app.switch_page("attention/attention.py").run()
    assert re.search(r"mine\.png · \d{3} B", said(app))
    press(app, "Remove mine.png")
    assert "mine.png" not in said(app)


def test_a_file_that_is_no_checkpoint_is_refused_in_words(app):
    upload(app.run(), "control_own", "mine.pth", b"hello")
    assert not app.exception
    assert "mine.pth" in app.error[0].value


def test_a_model_that_is_not_here_says_its_size_and_waits(app, monkeypatch, tmp_path):
    app.run().selectbox(key="attention_model").set_value("resnet18.IMAGENET1K_V1").run()
    assert "47 MB to download" in said(app.main)
    assert [button.label for button in app.main.button].count("Download") == 1
    assert all(button.label != "Download" for button in app.sidebar.button)


def test_a_model_that_knows_photographs_is_offered_photographs_with_their_licence(app):
    app.query_params.update({"model": "resnet18.IMAGENET1K_V1", "sample": "3"})
    app.run()
    offered = app.get("button_group")[0]
    assert [option.content for option in offered.proto.options][:3] == ["Flower", "Temple", "Cat"]
    assert "CC0, Stéfan van der Walt; comes with scikit-image" in said(app.main)
