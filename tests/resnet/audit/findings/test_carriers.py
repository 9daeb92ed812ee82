"""Channels: their terms, and answers without one, held to a network whose channel is 0."""

import numpy as np
import pytest
import torch

from resnet.audit.findings.carriers import Without, carriers, strongest, without

N, C, K = 300, 12, 5


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    embeddings = rng.gamma(1, 1, size=(N, C)).astype(np.float32)
    head = rng.normal(size=(K, C)).astype(np.float32)
    biases = rng.normal(size=K).astype(np.float32)
    return embeddings, head, biases, rng.integers(-1, K, size=N)


def test_carriers_are_the_largest_mean_terms_and_all_of_them_sum_to_the_logit(drawn):
    embeddings, head, biases, _ = drawn
    places = np.arange(10, 90)
    found = carriers(embeddings, head, places, 2, top=C)
    logits = (embeddings[places] @ head.T + biases)[:, 2]
    assert sum(each.mean for each in found) == pytest.approx(logits.mean() - biases[2], rel=1e-4)
    assert sum(each.share for each in found) == pytest.approx(1)
    means = [each.mean for each in found]
    assert means == sorted(means, reverse=True)
    first = found[0]
    assert first.mean == pytest.approx(
        float(embeddings[places, first.channel].mean() * head[2, first.channel]), rel=1e-5
    )


def test_without_a_channel_answers_are_those_of_a_layer_that_has_none(drawn):
    embeddings, head, biases, truths = drawn
    layer = torch.nn.functional.linear
    weights, bias = torch.from_numpy(head), torch.from_numpy(biases)
    before = layer(torch.from_numpy(embeddings), weights, bias).argmax(1).numpy()
    *_, (done, found) = without(embeddings, head, biases, truths, 2, (0, 7))
    assert done == N
    for one in found:
        off = torch.from_numpy(embeddings).clone()
        off[:, one.channel] = 0
        after = layer(off, weights, bias).argmax(1).numpy()
        assert one == Without(
            one.channel,
            int((after != before).sum()),
            int(((before == 2) & (after != 2)).sum()),
            int((before == 2).sum()),
            int((after == truths).sum() - (before == truths).sum()),
        )
    assert any(one.changed for one in found)


def test_rows_without_an_answer_are_left_out(drawn):
    embeddings, head, biases, truths = drawn
    holed = embeddings.copy()
    holed[5] = np.nan
    *_, (done, _) = without(holed, head, biases, truths, 2, (0,))
    assert done == N - 1
    holed[5, 3] = np.nan
    assert 5 not in strongest(holed, 3, N)
    best = strongest(embeddings, 3, 4)
    assert best == np.argsort(-embeddings[:, 3], kind="stable")[:4].tolist()
