"""All lesions at once, on the page of *Take a block out*, driven without a browser."""

from resnet.experiments.registry import kept_record
from resnet.residual.coalitions import shapley, single_losses
from tests.explorer.pages import charts, page, said


def opened(**choices):
    app = page("lessons", lesson="lesions", guesses="lesions.x", **choices)
    app.session_state["all_lesions"] = True
    app.run()
    assert not app.exception
    return app


def test_nothing_of_it_is_drawn_before_it_is_opened():
    app = page("lessons", lesson="lesions", guesses="lesions.x").run()
    assert "Shapley value" not in said(app)


def test_lesions_one_at_a_time_stand_beside_all_at_once():
    for net, one, error in (("digits_residual20", 29.2, 71), ("shapes_resnet20", 39.2, 487)):
        app = opened(sets_net=net)
        rows = [row for row in kept_record("interactions")["rows"] if row["net"] == net]
        logits = [row["logit"] for row in rows]
        assert f"{sum(single_losses(logits)):.1f}" == f"{one:.1f}"
        words = said(app)
        assert f"the 9 blocks cost **{one}** of the true class’s logit" in words
        assert f"all at once **{sum(shapley(logits)):.1f}**" in words
        assert f"In error: {error}.0 points" in words
        assert "100 images." in words
        bars, orders = charts(app, "vega_lite_chart")[-2:]
        assert bars["encoding"]["y"]["field"] == "logit"
        assert orders["encoding"]["y"]["field"] == "share"


def test_it_is_computed_here():
    app = opened().button(key="run_interactions").click().run()
    assert not app.exception
    assert "experiment interactions --nets digits_residual20 --images 60" in said(app)
