"""Out of memory is answered by smaller batches, then by the CPU, and said."""

import pytest
import torch

from resnet.model.devices import (
    DoesNotFit,
    adaptively,
    batch_of,
    devices,
    out_of_memory,
    precisions,
)


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
    assert str(outcomes[0].note) == "Out of memory: continued with batches of 8 on cpu."


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


@pytest.mark.parametrize("cuda", [True, False])
@pytest.mark.parametrize("mps", [True, False])
def test_the_fastest_device_comes_first(monkeypatch, cuda, mps):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert devices() == ("cuda",) * cuda + ("mps",) * mps + ("cpu",)


def test_half_precision_of_five_bits_is_offered_where_it_is_fast():
    assert precisions("cpu") == ("fp32", "bf16")
    assert precisions("cuda") == precisions("mps") == ("fp32", "bf16", "fp16")


def test_many_small_images_are_forwarded_at_once_and_few_large_ones():
    assert [batch_of(side) for side in (32, 64, 65, 224)] == [64, 64, 8, 8]


def test_batches_are_of_eight_unless_it_is_said():
    sizes = [len(o.result) for o in adaptively(fits(8), list(range(20)), "cuda")]
    assert sizes == [8, 8, 4]


@pytest.mark.parametrize(
    "words", ["CUDA out of memory", "DefaultCPUAllocator: not enough memory: you tried",
              "DefaultCPUAllocator: can't allocate memory: you tried"],
)  # fmt: skip
def test_what_says_that_memory_is_short_is_known(words):
    assert out_of_memory(RuntimeError(words))
    assert not out_of_memory(RuntimeError("no memory of it"))
