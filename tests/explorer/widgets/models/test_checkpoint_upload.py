"""A visitor's own checkpoint on the Attention page: what they say of it, and what is refused."""

from io import BytesIO
from urllib.parse import parse_qs

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.resources.server import workers
from explorer.resources.server.workers import Lane
from explorer.tasks.inputs import sources
from resnet import ResNetSpec, build
from tests.checkpoints import resnet20, saved
from tests.explorer.pages import choose, page, press, said, upload
from tests.explorer.resources import work
from tests.trap import Trap

SPEC = ResNetSpec.preset("cifar_resnet20", num_classes=4)


@pytest.fixture
def app() -> AppTest:
    return page("attention")


def own(app: AppTest, data: bytes) -> AppTest:
    return upload(app.run(), "control_own", "mine.pth", data)


def test_labels_name_the_classes(app):
    upload(own(app, resnet20()), "control_labels", "labels.txt", b"cat\ndog\nbird\nfish\n")
    assert not app.exception
    assert app.selectbox(key="attention_target").options == ["cat", "dog", "bird", "fish"]


def test_a_wrong_number_of_labels_is_one_message(app):
    upload(own(app, resnet20()), "control_labels", "labels.txt", b"cat\ndog\n")
    assert not app.exception
    assert [error.value for error in app.error] == [
        "There are 2 labels, and the network tells 4 classes apart. "
        "Give one label for each, in the network's order."
    ]


def test_input_is_chosen_and_kept_in_the_address(app):
    own(app, resnet20()).selectbox(key="attention_normalise").set_value("cifar10").run()
    app.text_input(key="attention_crop").set_value("48").run()
    assert not app.exception
    assert (app.query_params["normalise"], app.query_params["crop"]) == ("cifar10", "48")
    assert "input 32" not in said(app)
    assert "normalised" not in said(app)
    app.text_input(key="attention_crop").set_value("many").run()
    assert len(app.error) == 1
    assert "number of pixels" in app.error[0].value


def test_numbers_of_ones_own_normalise(app):
    app.query_params.update({"normalise": "numbers", "mean": "0.5", "std": "0.25"})
    own(app, resnet20())
    assert not app.error
    assert "normalised" not in said(app)
    app.text_input(key="attention_std").set_value("0").run()
    assert "above 0" in app.error[0].value


def test_what_was_read_and_what_was_assumed_is_listed(app):
    told = said(own(app, resnet20()))
    assert "basic blocks 3, 3, 3; planes 16, 32, 64; stem 3×3, 16 wide, of 3 channels" in told
    assert "4 classes" in told
    assert "option A" in told
    assert "input 32×32" in told


def test_its_network_is_one_click_away(app):
    link = next(e for e in own(app, resnet20()).get("page_link") if "Draw it" in e.proto.label)
    given = {key: values[0] for key, values in parse_qs(link.proto.query_string).items()}
    app.switch_page("architecture/architecture.py")
    app.query_params.clear()
    app.query_params.update(given)
    app.run()
    assert not app.exception
    assert ResNetSpec.from_query(link.proto.query_string) == SPEC
    assert app.session_state["history"].now == SPEC


def trunk() -> dict[str, torch.Tensor]:
    weights = build(SPEC).state_dict()
    return {name: tensor for name, tensor in weights.items() if not name.startswith("fc.")}


def test_a_trunk_has_its_norm_and_says_what_it_cannot(app):
    told = said(own(app, saved(trunk())))
    assert not app.exception
    assert not app.error
    assert "a trunk: it has no classifier" in told
    assert "**Feature norm** at layer3" in told
    assert "No class is asked" in told
    assert "logit" not in told
    assert any("no predictions" in info.value for info in app.info)
    assert app.selectbox(key="attention_method").options == ["Feature norm"]
    app.selectbox(key="attention_layer").set_value("layer1").run()
    assert not app.exception
    assert "**Feature norm** at layer1" in said(app)


def test_of_a_head_of_several_layers_the_trunk_is_offered(app):
    mlp = {"fc.0.weight": torch.ones(64, 64), "fc.2.weight": torch.ones(4, 64)}
    own(app, saved(trunk() | mlp))
    assert "classifier of several layers" in app.error[0].value
    app.selectbox(key="attention_part").set_value("trunk").run()
    assert not app.exception
    assert not app.error
    assert "**Feature norm** at layer3" in said(app)


def test_a_pickle_that_carries_code_is_refused_and_why(app, tmp_path):
    path = tmp_path / "pwned"
    own(app, saved({"fc.weight": torch.ones(1), "extra": Trap(path)}))
    assert not app.exception
    (error,) = app.error
    assert "would run code when opened" in error.value
    assert "system" in error.value
    assert "model.state" in error.value
    assert not path.exists()


def of_no_numbers() -> bytes:
    """A checkpoint whose first BN takes the root of a negative number."""
    state = build(SPEC).state_dict()
    state["bn1.running_var"] -= 100
    return saved(state)


def test_a_network_that_answers_with_no_numbers_is_one_message_and_no_map(app):
    app.run()
    assert len(app.get("download_button")) == 1  # the bundled model's map
    own(app, of_no_numbers())
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith("mine.pth answers with numbers that are none")
    assert not app.get("download_button")
    assert not [e for e in app.get("html") if "data-map" in e.proto.body]
    choose(app, "attention_model", "shapes_resnet20")
    assert not app.error
    assert len(app.get("download_button")) == 1


def test_a_second_model_of_no_numbers_is_one_message_too(app):
    app.query_params["panel"] = "models"
    upload(own(app, resnet20()), "control_second", "other.pth", of_no_numbers())
    assert not app.exception
    assert [e.value[:26] for e in app.error] == ["other.pth answers with num"]
    assert len(app.get("download_button")) == 1  # the first model's answer stays


def test_another_checkpoint_starts_without_the_labels_of_the_first(app):
    upload(own(app, resnet20()), "control_labels", "l.txt", b"a\nb\nc\nd")
    assert app.selectbox(key="attention_target").options[0] == "a"
    own(app, resnet20(shortcut="B"))
    assert not app.error
    assert app.selectbox(key="attention_target").options[0] == "class 0"


def test_it_stays_one_of_the_models_while_another_is_asked(app):
    upload(own(app, resnet20()), "control_labels", "l.txt", b"a\nb\nc\nd")
    models = app.selectbox(key="attention_model")
    assert models.options[0] == "own: mine.pth"
    link = models.value
    assert link == app.query_params["checkpoint"]
    assert "model" not in app.query_params
    choose(app, "attention_model", "shapes_resnet20")
    assert app.query_params["model"] == "shapes_resnet20"
    assert "checkpoint" not in app.query_params
    assert app.selectbox(key="attention_model").options[0] == "own: mine.pth"
    choose(app, "attention_model", link)
    assert app.selectbox(key="attention_target").options == ["a", "b", "c", "d"]
    press(app, "Remove mine.pth")
    assert "own: mine.pth" not in app.selectbox(key="attention_model").options
    assert app.query_params["model"] == "shapes_resnet20"
    assert not app.error


def test_the_bundle_of_an_own_checkpoint_says_that_it_is_not_in_it(app):
    app.query_params["panel"] = "bundle"
    assert "is not copied into it" in said(own(app, resnet20()))
    assert any("--model FILE" in code.value for code in app.code)
    assert [b.proto.label for b in app.get("download_button")][-1] == "Evidence bundle (.zip)"


def test_the_bundle_of_a_sample_needs_no_model_named(app):
    app.query_params["panel"] = "bundle"
    app.run()
    assert not app.exception
    assert app.code[0].value == "python -m resnet explain --from BUNDLE.zip"


def test_a_file_that_spins_is_ended_and_said(monkeypatch):
    monkeypatch.setattr(workers.READING, "seconds", 1)
    monkeypatch.setattr(sources, "judge", work.spin_over)
    app = upload(page("attention").run(), "control_own", "spins.pth", b"whatever")
    assert not app.exception
    assert [error.value for error in app.error] == [
        r"This was ended\: it took longer than 1 seconds, the limit here."
    ]
    monkeypatch.undo()
    upload(app, "control_own", "mine.pth", resnet20())
    assert not app.error


def test_a_picture_that_eats_memory_is_ended_and_said(monkeypatch):
    monkeypatch.setattr(workers, "READING", greedy := Lane(1, 15, nice=0, memory=64 << 20))
    monkeypatch.setattr("explorer.resources.photos.READING", greedy)
    app = upload(page("attention").run(), "control_files", "large.png", large())
    assert not app.exception
    assert [error.value for error in app.error] == [
        "This was ended for want of memory. Take something smaller."
    ]


def large() -> bytes:
    """36 megapixels of one colour."""
    buffer = BytesIO()
    Image.new("RGB", (6000, 6000), "orange").save(buffer, "PNG")
    return buffer.getvalue()
