"""The screen of what is inside a checkpoint, driven without a browser."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from resnet.model.fresh_weights import fresh
from resnet.network.spec import ResNetSpec
from tests.checkpoints import saved
from tests.explorer.pages import page, said, upload

SPEC = ResNetSpec.preset("cifar_resnet20")


def given(name: str, state: object) -> AppTest:
    return upload(page("attention").run(), "control_own", name, saved(state))


def rows(app: AppTest) -> dict[str, str]:
    (frame,) = [each.value for each in app.dataframe if "in the file" in each.value]
    return dict(zip(frame["in the file"], frame["read as"], strict=True))


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    return fresh(SPEC, 0).state_dict()


def test_every_name_stands_there_with_what_it_is_read_as(state):
    under = {f"net.{name}": tensor for name, tensor in state.items()}
    app = given("mine.pth", under | {"loss.weight": torch.ones(3)})
    app.session_state["inside_part"] = True
    app.run()
    assert not app.exception
    assert rows(app)["net.layer1.0.conv1.weight"] == "layer1.0.conv1.weight"
    assert "set aside" in rows(app)["loss.weight"]


def test_a_refused_file_says_what_is_near_and_where_it_differs(state):
    other = state | {"layer2.0.conv1.weight": torch.zeros(32, 16, 5, 5)}
    app = given("odd.pth", other)
    assert not app.exception
    assert app.error
    words = said(app).replace("\\", "")
    assert "The nearest network is cifar_resnet20." in words
    assert "layer2.0.conv1.weight has shape (32, 16, 5, 5); it would be (32, 16, 3, 3)." in words


def test_of_two_networks_one_is_chosen_and_stays_in_the_address(state):
    ema = fresh(SPEC, 1).state_dict()
    app = given("both.pth", {"model": state, "ema": ema})
    assert not app.exception
    assert app.error
    choice = app.selectbox(key="attention_part")
    assert {"model", "ema"} <= {option.lower() for option in choice.options}
    choice.set_value("ema").run()
    assert not app.exception
    assert not app.error
    assert app.query_params["part"] == "ema"
    assert "is the logit" in said(app)


def test_what_was_said_of_one_checkpoint_is_not_said_of_the_next(state):
    app = upload(
        page("attention", names="1", part="ema").run(), "control_own", "a.pth", saved(state)
    )
    assert not {"names", "part"} & app.query_params.keys()
