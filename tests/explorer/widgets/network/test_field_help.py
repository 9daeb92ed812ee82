"""What is said of each field beside its control."""

from explorer.widgets.network.field_help import FIELD_HELP
from resnet.network.naming.presets import RESNET50
from tests.explorer.pages import opened

_SHOWN_BY_STAGE = {"layers"}  # a box for each stage says it


def test_every_field_has_a_sentence_and_no_other_has():
    assert set(FIELD_HELP) == set(RESNET50) - _SHOWN_BY_STAGE


def test_every_control_of_a_field_says_it():
    app = opened()
    controls = {
        control.key.removeprefix("network_"): control.help
        for kind in (app.selectbox, app.number_input, app.text_input, app.toggle)
        for control in kind
        if control.key and control.key.startswith("network_")
    }
    said = {name: controls[name] for name in FIELD_HELP if name != "attention"}
    assert said | {"attention": controls["gate"]} == FIELD_HELP
