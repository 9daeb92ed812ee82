"""Lesions: held against the sweep of one by one, scipy, a network cut by hand, and CIFAR-10."""

from statistics import median

import pytest
import torch
from PIL import Image
from scipy.stats import kendalltau

from resnet.experiments.dissected_nets import held_out
from resnet.experiments.lesions import Settings, kendall, run
from resnet.experiments.registry import kept_record
from resnet.model.progress import last
from resnet.residual.lesion_sweep import sweep_lesions
from resnet.weights.loading import find, load_classifier


@pytest.fixture(scope="module")
def rows():
    nets = ("digits_residual20", "digits_plain20")
    return last(run(Settings(nets=nets, images=60, most=3, draws=3)))


def of(rows, net, kind):
    return [row for row in rows if (row.net, row.kind) == (net, kind)]


def stored(net, kind):
    return [
        r["error"] for r in kept_record("lesions")["rows"] if (r["net"], r["kind"]) == (net, kind)
    ]


def wrong(logits, labels):
    return float((logits.argmax(1) != labels).double().mean())


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 2, 5, 4, 3]])
def test_tau_is_scipys(order):
    assert kendall(order) == pytest.approx(kendalltau(order, range(len(order))).statistic)


def test_one_block_out_is_the_sweeps(rows):
    classifier = load_classifier("digits_residual20")
    examples = held_out(classifier, 60)
    found = {row.blocks: row.error for row in of(rows, "digits_residual20", "one")}
    for name, logits in sweep_lesions(classifier.model, examples.images):
        assert found[name] == pytest.approx(wrong(logits, examples.labels))


def test_a_plain_block_out_is_a_network_without_it(rows):
    classifier = load_classifier("digits_plain20")
    model, examples = classifier.model, held_out(classifier, 60)
    found = {row.blocks: row.error for row in of(rows, "digits_plain20", "one")}
    assert {*found} == {plan.name for plan in classifier.spec.blocks() if plan.keeps_shape}
    with torch.inference_mode():
        x = model.layer1[2](model.layer1[0](model.stem(examples.images)))
        logits = model.classify(model.layer3(model.layer2(x)))
    assert found["layer1.1"] == pytest.approx(wrong(logits, examples.labels))


def test_draws_are_alike_in_every_network_and_repeatable(rows):
    one, other = (of(rows, net, "several") for net in ("digits_residual20", "digits_plain20"))
    assert [row.blocks for row in one] == [row.blocks for row in other]
    assert [row.tau for row in of(rows, "digits_residual20", "order")] == [
        row.tau for row in of(rows, "digits_plain20", "order")
    ]
    assert all(len(row.blocks.split(",")) == row.amount for row in one)


def test_a_swap_that_is_undone_leaves_the_network_intact(rows):
    for net in ("digits_residual20", "digits_plain20"):
        (intact,) = of(rows, net, "intact")
        same = [row.error for row in of(rows, net, "order") if row.tau == 1]
        assert all(error == intact.error for error in same)


def test_a_plain_network_dies_of_one_block_and_residual_ones_do_not():
    assert min(stored("digits_plain20", "one")) > 0.8
    assert stored("digits_plain20", "intact")[0] < 0.2
    assert median(stored("digits_residual20", "one")) < 0.2
    for net, most in (("digits_residual56", 0.2), ("digits_residual110", 0.2)):
        (intact,) = stored(net, "intact")
        assert median(stored(net, "one")) <= intact + 0.0101 < most


def test_the_lesson_says_what_is_kept():
    from explorer.lessons.lesions import LESSON

    said = LESSON.surprise
    for net in ("digits_plain20", "digits_residual20"):
        assert f"{100 * stored(net, 'intact')[0]:.1f} %" in said
    assert f"becomes {100 * min(stored('digits_plain20', 'one')):.1f} %" in said
    assert f"median of {100 * median(stored('digits_residual20', 'one')):.1f} %" in said
    (intact,), deep = (stored("digits_residual56", kind) for kind in ("intact", "one"))
    borne = sum(error <= intact + 0.0101 for error in deep)
    assert f"{borne} of {len(deep)} blocks can go" in said
    assert median(deep) == intact
    assert f"network’s {100 * intact:.1f} %" in said
    assert deep[0] == max(deep)
    assert f"({100 * deep[0]:.1f} %)" in said
    assert f"a median of {100 * median(stored('shapes_resnet20', 'one')):.1f} %" in said
    for net in ("digits_residual20", "digits_residual56", "digits_residual110"):
        errors = stored(net, "one")
        assert max(errors) in errors[:3]


def test_but_not_every_residual_network_bears_every_lesion():
    assert stored("digits_residual56", "one")[0] > 0.6
    assert median(stored("shapes_resnet20", "one")) > 0.5
    rows = [r for r in kept_record("lesions")["rows"] if r["kind"] == "one"]
    shapes = sorted((r["error"], r["changes"]) for r in rows if r["net"] == "shapes_resnet20")
    assert [changes for _, changes in shapes[-3:]].count(True) == 2


def test_error_grows_with_the_blocks_out_and_with_their_disorder():
    rows = [r for r in kept_record("lesions")["rows"] if r["net"] == "digits_residual20"]
    for kind, by in (("several", lambda r: r["amount"]), ("order", lambda r: -r["tau"])):
        own = [r for r in rows if r["kind"] == kind]
        found = kendalltau([by(r) for r in own], [r["error"] for r in own])
        assert found.statistic > 0.5


def test_resnet44_on_cifar10_bears_most_lesions(reference):
    """Of ten test images, the first stage and the blocks that change the shape cost most."""
    classifier = load_classifier(next((reference / "cifar10").glob("resnet44-*.th")))
    files = sorted((reference / "cifar10").glob("*.png"))
    transform = find("cifar10_resnet44").transform
    images = torch.stack([transform.tensor(Image.open(file).convert("RGB")) for file in files])
    labels = torch.tensor([int(file.stem[-1]) for file in files])
    errors = {
        name: wrong(logits, labels) for name, logits in sweep_lesions(classifier.model, images)
    }
    with torch.inference_mode():
        assert wrong(classifier.model(images), labels) == 0
    assert median(errors.values()) == 0
    assert max(errors.values()) <= 0.5
    late = [error for name, error in errors.items() if name[5] != "1" and name[-2:] != ".0"]
    assert max(late) <= 0.1 < errors["layer3.0"]
