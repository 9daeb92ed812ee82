"""Work that is counted while it runs, and can be stopped."""

import pytest
import torch

from resnet.model.progress import counted, last
from tests.networks import KINDS, frozen


@pytest.fixture
def model() -> torch.nn.Module:
    return frozen(**KINDS["basic"])


def test_whoever_stops_reading_stops_the_work(model):
    forwarded = []

    def work(forward):
        for _ in range(10_000):
            forward(torch.zeros(1, 3, 32, 32))
            forwarded.append(1)

    process = counted(work, model, 10_000)
    next(process)
    process.close()
    assert 0 < len(forwarded) + 1 < 1000


def test_what_goes_wrong_in_a_process_is_raised_where_it_is_read(model):
    def work(forward):
        raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        last(counted(work, model, 1))
