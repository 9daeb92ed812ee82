"""All lesions at once: every set held against a forward of its own, and what is kept."""

import pytest
import torch

from resnet.experiments.dissected_nets import held_out
from resnet.experiments.interactions import NETS, Settings, answers_of_all_sets, run
from resnet.experiments.registry import kept_record, kept_records
from resnet.maps.answers import ExplainError
from resnet.model.progress import last
from resnet.residual.coalitions import shapley, single_losses, variance_by_order
from resnet.residual.lesion_sweep import lesioned_features
from resnet.weights.loading import load_classifier

NET = "digits_residual20"
SEEDS = [f"digits_residual20_seed{seed}.safetensors" for seed in (1, 2)]


def kept(net, value):
    records = kept_records("interactions")
    return [row[value] for record in records for row in record["rows"] if row["net"] == net]


def test_a_set_is_a_forward_without_the_others():
    model = load_classifier(NET).model
    images = torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    names = [plan.name for plan in model.spec.blocks()]
    found = dict(answers_of_all_sets(model, images))
    assert [*found] == [f"{number:09b}" for number in range(512)]
    for works in ("000000000", "101010101", "110111111", "111111111"):
        out = [name for name, digit in zip(names, works, strict=True) if digit == "0"]
        with torch.inference_mode():
            logits = model.classify(lesioned_features(model, images, out))
        torch.testing.assert_close(found[works], logits, rtol=1e-4, atol=1e-4)


def test_the_whole_and_its_single_lesions_are_those_of_the_other_experiment():
    """The same images, so that two lessons cannot disagree."""
    rows = last(run(Settings(nets=(NET,), images=40)))
    classifier = load_classifier(NET)
    examples = held_out(classifier, 40)
    with torch.inference_mode():
        logits = classifier.model(examples.images)
    assert rows[-1].works == "1" * 9
    assert rows[-1].images == 40
    assert rows[-1].error == float((logits.argmax(1) != examples.labels).double().mean())
    own = logits[torch.arange(40), examples.labels] - logits.mean(1)
    assert rows[-1].logit == pytest.approx(float(own.mean()), rel=1e-5)


@pytest.mark.parametrize(
    ("net", "said"), [("digits_plain20", "no shortcuts"), ("digits_residual56", "27 blocks")]
)
def test_what_cannot_be_tried_is_one_message(net, said):
    with pytest.raises(ExplainError, match=said):
        last(run(Settings(nets=(net,), images=5)))


def test_one_block_at_a_time_costs_several_times_what_all_cost_at_once():
    for net in (*NETS, *SEEDS):
        logits = kept(net, "logit")
        assert len(logits) == 512
        assert sum(single_losses(logits)) > 3 * sum(shapley(logits)) > 0


@pytest.mark.parametrize("net", [NET, *SEEDS])
def test_the_net_on_digits_is_something_of_a_crowd(net):
    one, two, *more = variance_by_order(kept(net, "logit"))
    assert one == pytest.approx(2 / 3, abs=0.05)
    assert two == pytest.approx(1 / 4, abs=0.05)
    assert sum(more) < 0.1


def test_the_net_on_shapes_is_not():
    one, *several = variance_by_order(kept("shapes_resnet20", "logit"))
    assert one == pytest.approx(1 / 7, abs=0.03)
    assert sum(several[:3]) > 0.7


def test_the_intact_network_is_that_of_the_other_lesson():
    """Of twice as many images there, the first half are these."""
    rows = [row for row in kept_record("lesions")["rows"] if row["net"] == NET]
    errors = kept(NET, "error")
    (intact,) = (row["error"] for row in rows if row["kind"] == "intact")
    assert errors[-1] == pytest.approx(intact, abs=0.05)
    single = [row["error"] for row in rows if row["kind"] == "one"]
    assert [errors[511 ^ 256 >> i] for i in range(9)] == pytest.approx(single, abs=0.1)
