"""Out of memory is answered by smaller batches, then by the CPU, and said."""

import pytest
import torch

from resnet.model.devices import DoesNotFit, adaptively, devices, precisions


def fits(most: int, nowhere: str = ""):
    """Work that runs out of memory above `most` items, and always on the device `nowhere`."""

    def compute(items, device):
        if device == nowhere or (len(items) > most and device != "cpu"):
            raise torch.OutOfMemoryError("CUDA out of memory")
        return list(items)

    return compute


def run(compute, device="cuda", size=8):
    outcomes = list(adaptively(compute, list(range(10)), device, size))
    return [x for o in outcomes for x in o.result], outcomes


def test_nothing_is_said_where_everything_fits():
    results, outcomes = run(fits(8))
    assert results == list(range(10))
    assert {(o.device, o.note) for o in outcomes} == {("cuda", "")}


def test_smaller_batches_come_first():
    results, outcomes = run(fits(3))
    assert results == list(range(10))
    assert {o.device for o in outcomes} == {"cuda"}
    assert str(outcomes[0].note) == "Out of memory: continued with batches of 2 on cuda."


def test_then_the_cpu():
    results, outcomes = run(fits(0))
    assert results == list(range(10))
    assert {o.device for o in outcomes} == {"cpu"}
    assert "on cpu" in str(outcomes[0].note)


def test_one_item_that_does_not_fit_on_the_cpu_is_an_error():
    with pytest.raises(DoesNotFit, match="smaller model"):
        run(fits(0, nowhere="cpu"))


def test_a_plain_runtime_error_that_speaks_of_memory_is_taken_for_it():
    def compute(items, device):
        if device == "mps":
            raise RuntimeError("MPS backend out of memory (MPS allocated: 5 GB)")
        return list(items)

    assert run(compute, device="mps")[0] == list(range(10))


def test_other_errors_are_not_taken_for_memory():
    def broken(items, device):
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        run(broken)


def test_the_cpu_is_always_there_and_last():
    assert devices()[-1] == "cpu"
    assert precisions("cpu")[0] == "fp32"
