"""Edit and ask again, driven without a browser."""

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from explorer.tasks.inputs.photos import sample
from resnet.edits.asking import ask_again
from resnet.edits.boxes import Box
from resnet.edits.changes import Picture, colour
from resnet.edits.edit import around, battery, blur, patch, text
from resnet.edits.effects import Effects
from resnet.model.progress import last
from resnet.text.numbers import decimal
from tests.explorer import pages
from tests.explorer.drawn import component, strip, values
from tests.explorer.pages import choose, metrics, png, press, said, upload

opened = partial(pages.opened, "attention", model="shapes_resnet20", panel="edits", sample="1")


@pytest.fixture
def again(shapes):
    """What the library says of an edit of the sample on show."""

    def ask(edit, target=3, image=None, controls=0):
        image = image or sample(1, "shapes").image
        return last(ask_again(shapes, image, [edit], target, controls=controls))[0]

    return ask


def changes(app) -> dict[str, str]:
    return {metric.label: metric.delta.replace("-", "−") for metric in app.metric}


def test_it_begins_with_a_blurred_box_and_both_maps(again):
    app = opened(target="3")
    edited = again(blur(Box(0.3, 0.3, 0.4, 0.4)))
    assert metrics(app)["Logit"] == decimal(edited.after.standing.logit)
    assert changes(app)["Logit"] == decimal(edited.change, sign=True)
    assert changes(app)["Margin"] == decimal(edited.margin_change, sign=True)
    assert component(app, "box")["at"] == [30, 30, 40, 40]
    before, after = strip(app)["tiles"]
    assert np.allclose(values(before), edited.before.values, atol=1e-4)
    assert np.allclose(values(after), edited.after.values, atol=1e-4)
    assert before["full"] == after["full"]
    assert f"{edited.before.evidence:.1%} of the positive evidence" in said(app)
    assert f"an even map has {edited.area:.1%} there" in said(app)


@pytest.mark.parametrize(
    ("choices", "edit"),
    [
        ({"edit": "patch", "shown": "black", "box": "0,0,25,25"},
         patch(Box(0, 0, 0.25, 0.25), colour("black"))),
        ({"edit": "background", "shown": "white", "box": "20,20,50,50"},
         around(Box(0.2, 0.2, 0.5, 0.5), colour("white"))),
        ({"edit": "text", "words": "Stock", "box": "10,40,80,20"},
         text("Stock", Box(0.1, 0.4, 0.8, 0.2))),
        ({"edit": "carton"}, battery()[0]),
        ({"edit": "grey"}, battery()[-2]),
    ],
    ids=lambda it: it.get("edit") if isinstance(it, dict) else "",
)  # fmt: skip
def test_every_edit_is_the_library_s(again, choices, edit):
    app = opened(target="3", **choices)
    assert changes(app)["Logit"] == decimal(again(edit).change, sign=True)


def test_what_changes_the_whole_has_no_box_and_no_control():
    app = opened(edit="rotate")
    assert "no region to look for" in said(app)
    assert "so it has no control" in said(app)
    assert not [c for c in app.get("bidi_component") if c.proto.component_name == "resnet_box"]
    choose(app, "attention_turn", "20")
    assert app.query_params["turn"] == "20"


def test_controls_are_asked_for_and_told_beside_the_edit(again):
    app = press(opened(target="3"), "The same edit at 8 other places: 8 forwards")
    edited = again(blur(Box(0.3, 0.3, 0.4, 0.4)), controls=8)
    least, most = (decimal(each, sign=True) for each in (min(edited.control_changes),
                                                         max(edited.control_changes)))  # fmt: skip
    assert f"changes it by {least} to {most}; {edited.beyond} of them" in said(app)
    choose(app, "attention_edit", "erase")  # of another edit they are not known
    assert "random places changes it" not in said(app)


def test_the_battery_is_begun_by_a_button_and_tells_its_cost(shapes):
    app = opened()
    assert not app.dataframe
    press(app, "This photograph: 49 forwards")
    (table,) = app.dataframe
    found = Effects()
    found.add(last(ask_again(shapes, sample(1, "shapes").image, battery())))
    rows = found.rows
    assert table.value["edit"].tolist()[0] == "Carton watermark"
    assert table.value["logit"].tolist() == [decimal(row.logit, sign=True) for row in rows]
    assert table.value["elsewhere"].tolist()[-3:] == ["–"] * 3


def test_many_photographs_are_asked_with_the_battery_in_one_go():
    app = upload(opened(), "control_files", "one.png", png("orange"))
    assert not [b for b in app.button if "photographs" in b.label]
    upload(app, "control_files", "two.png", png("blue"))
    press(app, "All 2 photographs: 98 forwards")
    assert "each asked about its own most probable class" in said(app)
    assert len(app.dataframe[-1].value) == 8
    choose(app, "attention_method", "hirescam")  # whose evidence is another
    assert "each asked about its own most probable class" not in said(app)


def test_another_photograph_is_pasted_and_another_is_a_mask(again):
    mask = np.zeros((90, 120), np.uint8)
    mask[30:60, 40:80] = 255
    buffer = BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    app = opened()
    for name, data in (("blue.png", png("blue")), ("mask.png", buffer.getvalue()),
                       ("shown.png", png("orange"))):  # fmt: skip
        upload(app, "control_files", name, data)
    links = {label: link for link, label in _options(app)}
    choose(app, "attention_photo", links["shown.png"])
    choose(app, "attention_edit", "patch")
    choose(app, "attention_shown", links["blue.png"])
    shown, pasted = (Image.open(BytesIO(png(name))) for name in ("orange", "blue"))
    expected = again(patch(Box(0.3, 0.3, 0.4, 0.4), Picture(pasted)), None, shown)
    assert changes(app)["Logit"] == decimal(expected.change, sign=True)
    choose(app, "attention_edit", "background")
    choose(app, "attention_kept", links["mask.png"])
    assert not app.error
    choose(app, "attention_kept", "")
    assert component(app, "box")["at"] == [30, 30, 40, 40]


def _options(app):
    box = app.selectbox(key="attention_photo")
    return zip([*box.proto.options], box.options, strict=True)


@pytest.mark.parametrize("box", ["cat", "90,90,50,50", "1,2", "nan,0,1,1"])
def test_a_link_with_no_box_has_the_usual_one(box):
    assert component(opened(box=box), "box")["at"] == [30, 30, 40, 40]


def test_words_that_the_font_has_not_are_refused_beside_the_box():
    app = opened(edit="text", words="捷")
    assert "no letter for “捷”" in app.error[0].value
    assert component(app, "box")


@pytest.mark.parametrize("field", ["shown", "kept"])
def test_a_link_that_names_a_file_waits_for_it_and_edits_with_no_other(field):
    app = opened(edit="background", **{field: "mask.png~0123456789ab"})
    assert "Looking for mask.png" in said(app)  # until the browser has said what its tab gave
    assert not app.metric
