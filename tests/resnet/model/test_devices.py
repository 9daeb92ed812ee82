"""Out of memory is answered by smaller batches, then by the CPU, a failed GPU by the CPU; said."""

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


def test_two_items_that_do_not_fit_on_the_cpu_go_one_by_one():
    def one_by_one(items, device):
        if len(items) > 1:
            raise torch.OutOfMemoryError("out of memory")
        return items[0]

    answers = [*adaptively(one_by_one, [1, 2], "cpu", size=2)]
    assert [(each.result, each.device) for each in answers] == [(1, "cpu"), (2, "cpu")]


def test_one_item_that_does_not_fit_on_the_cpu_is_an_error():
    with pytest.raises(DoesNotFit, match=r"even for one image on the CPU\. Take a smaller model"):
        run(fits(0, nowhere="cpu"))


def test_work_that_runs_out_where_it_was_asked_says_nothing_of_the_cpu():
    assert str(DoesNotFit()).startswith("There is not enough memory for this. Take a smaller model")


def raising(error: Exception, nowhere: str = "cpu"):
    """Work that ends in an error on every device but one."""

    def compute(items, device):
        if device != nowhere:
            raise error
        return list(items)

    return compute


@pytest.mark.parametrize(
    "words",
    [
        "MPS backend out of memory (MPS allocated: 5 GB)",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "GET was unable to find an engine to execute this computation",
    ],
)
def test_a_plain_runtime_error_that_speaks_of_memory_is_taken_for_it(words):
    results, outcomes = run(raising(RuntimeError(words)))
    assert results == list(range(10))
    assert str(outcomes[0].note) == "Out of memory: continued with batches of 8 on cpu."


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: device-side assert triggered"),
        torch.AcceleratorError("an illegal memory access was encountered"),
        RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(…)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
        RuntimeError("No CUDA GPUs are available"),
    ],
    ids=str,
)
def test_a_gpu_that_fails_is_not_asked_again(error):
    results, outcomes = run(raising(error))
    assert results == list(range(10))
    assert {o.device for o in outcomes} == {"cpu"}
    assert [len(o.result) for o in outcomes] == [8, 2]
    assert str(outcomes[0].note) == "cuda failed: continued on the CPU."


def test_a_gpu_may_fail_after_its_first_batches():
    def compute(items, device):
        if device == "cuda" and 4 in items:
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")
        return list(items)

    results, outcomes = run(compute, size=4)
    assert results == list(range(10))
    assert [(o.device, bool(o.note)) for o in outcomes] == [
        ("cuda", False), ("cpu", True), ("cpu", True)
    ]  # fmt: skip


def test_the_cpu_does_not_take_its_own_place():
    with pytest.raises(RuntimeError, match="CUDA error"):
        run(raising(RuntimeError("CUDA error: unknown"), nowhere=""), device="cpu")


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
