"""Lesions, driven without a browser."""

from functools import partial

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer.tasks.inputs.photos import sample
from tests.checkpoints import resnet20
from tests.explorer import pages
from tests.explorer.drawn import block_bars, ranked, terms
from tests.explorer.pages import press, said, upload
from tests.networks import cut

BLOCKS = [f"layer{stage}.{number}" for stage in (1, 2, 3) for number in range(3)]

opened = partial(pages.opened, "attention", model="shapes_resnet20", panel="lesions")


def tips(app: AppTest) -> dict[str, str]:
    return {
        b.get("data-name"): b.get("data-tip") for b in block_bars(app).iter() if b.get("data-name")
    }


def answer(classifier, number: int, names: list[str]) -> torch.Tensor:
    """The logits of an edited copy whose branches are zero."""
    see = classifier.transform
    with torch.no_grad():
        images = see.tensor(see.view(sample(number, "shapes").image)).unsqueeze(0)
        return cut(classifier.model, names)(images)[0]


def test_every_block_is_switched_off_in_turn(shapes):
    app = opened(sample="1", target="3")
    assert not app.exception
    shown, whole = tips(app), answer(shapes, 1, [])
    assert list(shown) == BLOCKS
    for name in BLOCKS:
        change = float(answer(shapes, 1, [name])[3] - whole[3])
        said = float(shown[name].rpartition(" ")[2].replace("−", "-"))
        assert said == pytest.approx(change, abs=0.0051)


def test_bars_can_be_probability_too(shapes):
    app = opened(sample="1", target="3", drop="probability")
    shown, whole = tips(app), answer(shapes, 1, []).softmax(0)
    change = 100 * float(answer(shapes, 1, ["layer2.1"]).softmax(0)[3] - whole[3])
    said = float(shown["layer2.1"].rpartition(" ")[2].replace("−", "-").rstrip("%"))
    assert said == pytest.approx(change, abs=0.051)


def test_before_and_after_are_those_of_the_network_without_the_blocks(shapes):
    app = opened(sample="1", target="3", off="layer2.0,layer3.1")
    after, before = answer(shapes, 1, ["layer2.0", "layer3.1"]), answer(shapes, 1, [])
    for shown, logits in zip(ranked(app)[-2:], (before, after), strict=True):
        assert [bar.index for bar in shown] == logits.topk(5).indices.tolist()
    logit = next(m for m in app.metric if m.label == "Logit")
    assert float(logit.value.replace("−", "-")) == pytest.approx(float(after[3]), abs=0.0051)
    assert float(logit.delta) == pytest.approx(float(after[3] - before[3]), abs=0.0051)
    maps = terms(app)
    assert np.allclose(maps["before"] - maps["after"], maps["lost"], atol=1e-6)
    assert maps["lost"].sum() == pytest.approx(float(before[3] - after[3]), abs=1e-3)


def test_blocks_switched_off_are_marked_and_can_be_put_back():
    app = opened(off="layer2.0,layer9.9")
    crossed = [b for b in block_bars(app).iter() if "switched off" in b.get("aria-label", "")]
    assert [b.get("data-name") for b in crossed] == ["layer2.0"]
    app.multiselect(key="attention_off").set_value(["layer1.0", "layer3.0"]).run()
    assert app.query_params["off"] == "layer1.0,layer3.0"
    app.multiselect(key="attention_off").set_value([]).run()
    assert not app.exception
    assert "off" not in app.query_params
    assert not app.metric


def test_a_stopped_sweep_says_how_far_it_came_and_goes_on():
    app = opened(sample="7", sweep="stopped")
    assert "Stopped at 0 of 9 blocks" in said(app)
    assert all("not computed" in tip for tip in tips(app).values())
    press(app, "Go on")
    assert "Stopped" not in said(app)
    assert not any("not computed" in tip for tip in tips(app).values())


def test_what_one_visitor_stopped_the_next_goes_on_with():
    from explorer.resources.kept_answers import sweep, swept
    from explorer.resources.models import Model
    from explorer.tasks.inputs.sources import Catalogued

    model = Model(Catalogued("shapes_resnet20"), "cpu", "fp32")
    going = sweep(model, sample(5, "shapes"))
    assert [next(going), next(going)] == [1, 2]
    going.close()
    assert list(swept(model, sample(5, "shapes"))) == BLOCKS[:2]
    assert list(sweep(model, sample(5, "shapes"))) == [3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("changes", [{"preact": True}, {"se_reduction": 4}, {"shortcut": "B"}])
def test_other_kinds_of_networks_lose_blocks_too(changes):
    app = opened(off="layer1.1")
    upload(app, "control_own", "mine.pth", resnet20(**changes))
    assert not app.exception
    assert not app.error
    assert len(tips(app)) == 9


def test_a_plain_network_has_nothing_to_keep_and_says_so(plain_file):
    app = upload(opened(), "control_own", "plain.pth", b"")
    assert not app.exception
    assert "no block can be switched off" in said(app)
    assert not app.multiselect
