"""Inside a block, driven without a browser."""

import re
from functools import partial

import numpy as np
import pytest
import torch

from explorer.tasks.inputs.photos import sample
from resnet.residual.flow.anatomy import dissect
from tests.checkpoints import resnet20
from tests.explorer import pages
from tests.explorer.drawn import block_bars, terms
from tests.explorer.pages import said, upload

opened = partial(pages.opened, "attention", model="shapes_resnet20", panel="anatomy")


def test_the_maps_of_the_last_block_add_up_to_the_logit(shapes):
    app = opened(sample="1", target="3")
    assert not app.exception
    shown = terms(app)
    assert list(shown) == ["x", "F(x)", "x + F(x)"]
    assert np.allclose(shown["x"] + shown["F(x)"], shown["x + F(x)"], atol=1e-5)
    see = shapes.transform
    with torch.no_grad():
        images = see.tensor(see.view(sample(1, "shapes").image)).unsqueeze(0)
        logit = float(shapes.model(images)[0, 3])
    assert shown["x + F(x)"].sum() + float(shapes.model.fc.bias[3]) == pytest.approx(
        logit, abs=1e-3
    )
    assert "Exact" in said(app)


def test_the_answer_names_the_share_that_the_shortcut_carries(shapes):
    app = opened(sample="1")
    found = dissect(shapes, sample(1, "shapes").image, app.selectbox(key="attention_target").value)
    shortcut, _, total = found.blocks["layer3.2"].sums
    assert f"**{shortcut / total:.0%}** of the evidence" in said(app)


def test_where_the_parts_pull_in_opposite_ways_no_share_is_given(shapes):
    image = sample(1, "shapes").image
    target = next(
        t for t in range(10) if dissect(shapes, image, t).blocks["layer3.2"].carried is None
    )
    text = said(opened(sample="1", target=str(target)))
    assert "shortcut brings **" in text
    assert "% of the evidence" not in text


def test_a_block_chosen_from_the_list_opens_and_stays_in_the_address():
    app = opened(sample="1")
    app.selectbox(key="attention_block").set_value("layer2.0").run()
    assert app.query_params["block"] == "layer2.0"
    assert list(terms(app)) == ["S(x)", "F(x)", "S(x) + F(x)"]
    assert "first-order attribution" in said(app)


def test_an_unknown_block_in_a_link_shows_the_last():
    app = opened(block="layer9.9")
    assert not app.exception
    assert app.selectbox(key="attention_block").value == "layer3.2"


def test_every_block_has_its_ratio_as_a_bar(shapes):
    drawn = block_bars(opened(sample="1"))
    bars = [
        [float(part.get("height")) for part in block if part.get("class") in ("conv", "gate")]
        for block in drawn.iter()
        if block.get("class") == "block"
    ]
    ratios = [part.ratio for part in dissect(shapes, sample(1, "shapes").image, 0).blocks.values()]
    heights = [first for first, *_ in bars]
    assert [h / max(heights) for h in heights] == pytest.approx(
        [r / max(ratios) for r in ratios], abs=0.01
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"preact": True}, "the final BN's shift"), ({"se_reduction": 4}, "Exact")],
)
def test_other_kinds_of_networks_say_what_is_theirs(changes, words):
    app = opened()
    upload(app, "control_own", "mine.pth", resnet20(**changes))
    assert not app.exception
    assert not app.error
    assert words in said(app)
    app.selectbox(key="attention_block").set_value("layer1.0").run()
    assert not app.exception
    assert ("gates behind multiply" in said(app)) == ("se_reduction" in changes)


def test_a_plain_network_has_its_branches_alone(plain_file):
    app = upload(opened(), "control_own", "plain.pth", b"")
    assert not app.exception
    assert "A plain network" in said(app)
    assert list(terms(app)) == ["F(x)"]


def test_the_equation_of_all_cells_is_right_to_its_last_digit():
    for block in ("layer1.1", "layer3.2"):
        text = next(
            c.value for c in opened(sample="3", block=block).caption if "All cells" in c.value
        )
        numbers = [float(n.replace("−", "-")) for n in re.findall(r"−?\d+\.\d\d", text)]
        shortcut, branch, total, rest, logit = numbers
        assert shortcut + branch == pytest.approx(total, abs=0.016)
        assert total + rest == pytest.approx(logit, abs=0.016)
