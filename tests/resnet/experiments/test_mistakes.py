"""Thirty mistakes: every program's outcome against the figures of an independent run."""

import re
from importlib.metadata import version

import pytest
import torch

from resnet.experiments.mistakes import Settings, run
from resnet.experiments.registry import kept_record
from resnet.mistakes.all_mistakes import MISTAKES
from resnet.model.progress import last

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
REFUSED = "mat1 and mat2 shapes cannot be multiplied"
# What must stand in the outcome of the wrong code, and in that of the right code.
SAID = {
    "add-is-not-concat": (
        ["[1, 128, 56, 56]", "to have 64 channels, but got 128"],
        ["[1, 64, 56, 56]", "[1, 128, 28, 28]"],
    ),
    "1x1-with-padding": (
        ["56 -> 58 -> 58 -> 60", "ring is the bias: True", "a (60) must match the size", "b (56)"],
        ["56 -> 56 -> 56 -> 56", "[1, 64, 56, 56]"],
    ),
    "conv3-overwritten": (
        [
            "TypeError: 'NoneType' object is not callable",
            "64 64 True -> RuntimeError: The size of tensor a (58) must match the size",
            "64 64 True 2 -> RuntimeError: The size of tensor a (15) must match the size",
            "tensor b (28)",
            "64 128 True -> RuntimeError: Given groups=1",
        ],
        ["64 64 True 2 -> [1, 64, 28, 28]", "64 128 True -> [1, 128, 56, 56]"],
    ),
    "residual2-never-used": (["bottlenecks: 0", "classifier: 34"], ["Bottleneck 16", ": 50"]),
    "bool-module": (
        ["Conv2d is used", "Sequential is skipped", "Identity is used"],
        ["Conv2d is used", "Sequential is used", "Identity is used", "None is skipped"],
    ),
    "conv3x3-keeps-size": (
        ["a function and returns a Conv2d", "56 -> 28"],
        ["stride 1: 56 -> 56", "stride 2: 56 -> 28"],
    ),
    "downsample-name": (
        ["resnet50.layer1[0]: stride 1, downsample Sequential", "a (256) must match", "b (64)"],
        [
            "resnet18: 64 -> 64, stride 1, projection False",
            "resnet50: 64 -> 256, stride 1, projection True",
        ],
    ),
    "planes-is-output": (["channels 256", "but got 256 channels"], ["channels 256", "[1, 10,"]),
    "six-architectures": (["6 architectures: ResNet"], ["5 ResNets: resnet18"]),
    "pretrained-kw": (
        ["2 warnings", "IMAGENET1K_V1", "AttributeError", "'model_urls'"],
        ["IMAGENET1K_V1: 76.130 %", "IMAGENET1K_V2: 80.858 %", "DEFAULT is IMAGENET1K_V2"],
    ),
    "fixed-avgpool7": (
        [
            "224 -> [1, 1000]",
            f"{REFUSED} (1x2048 and 512x1000)",
            "(512x6x6). Calculated output size: (512x0x0). Output size is too small",
            "(512x1x1). Calculated output size: (512x-5x-5). Output size is too small",
        ],
        [f"{side} -> [1, 1000]" for side in (224, 256, 192, 32)],
    ),
    "list-insert-none": (
        ["transform is None", "[3, 64, 64]", "'NoneType' object is not callable"],
        ["[3, 64, 64]"],
    ),
    "loader-name": (
        ["'' -> [4, 1, 28, 28]", "'cifar10' -> [4, 1, 28, 28]", "1 channels, but got 3 channels"],
        ["'CIFAR10' -> [4, 64, 16, 16]", "no data set 'cifar10'"],
    ),
    "no-bn-on-shortcut": (
        ["11,178,378 parameters", "less than 1e-5: True"],
        ["11,175,370 parameters", "4,800 biases", "1,792 parameters of BN"],
    ),
    "relu-before-add": (["block 0.39", "; 0 values fell"], ["block 0.39", "values fell"]),
    "inplace-on-identity": (
        ["forward done", "modified by an inplace operation"],
        ["forward done", "gradient: True"],
    ),
    "inplace-relu-alias": (["identity has minimum 0.00"], ["identity has minimum -2.61"]),
    "hook-without-clone": (["bn1: minimum 0.00", "bn2: minimum 0.00"], ["bn2: minimum -1.96"]),
    "hook-on-relu": (
        ["BasicBlock: 2 calls", "Bottleneck: 3 calls"],
        ["BasicBlock: 1 call", "Bottleneck: 1 call"],
    ),
    "block-times-n": (["73,984 parameters", "last: True"], ["221,952 parameters", "last: False"]),
    "eval-forgotten": (
        ["ValueError: Expected more than 1 value per channel"],
        ["differ by 0.00", "moved by 0.00", "[1, 1000]"],
    ),
    "fc-512-for-50": ([f"{REFUSED} (1x2048 and 512x10)"], ["in_features=2048", "[1, 10]"]),
    "imagenet-stem-on-cifar": (
        ["37.0 M MACs", "32 -> 16 -> 8 -> 8 -> 4 -> 2 -> 1"],
        ["269,722 parameters, 40.55 M MACs", "11,173,962 parameters", "555.4 M MACs"],
    ),
    "flops-vs-macs": (
        ["8,178,368,512 FLOPs"],
        ["8,178,368,512 FLOPs = 2 × 4,089,184,256 MACs", "3,857,973,248 MACs"],
    ),
    "strided-1x1": (["25%"], ["100%"]),
    "pad-planes-div-4": (
        ["16 -> 32 gives 32", "16 -> 48 gives 40", "a (48) must match the size of tensor b (40)"],
        ["16 -> 32 gives 32", "16 -> 48 gives 48", "[1, 48, 16, 16]"],
    ),
    "optionA-pad-end": (["after: 0 16", "after: 0 32"], ["after: 8 8", "after: 16 16"]),
    "best_prec1": (["accuracy"], ["accuracy"]),
    "vgg-stride-forgotten-shortcut": (["a (28) must match", "b (56)"], ["[1, 128, 28, 28]"]),
    "logits-not-probabilities": (["sum -"], ["sum 1.00, from 0.", "sum 1.00, from 0."]),
}


@pytest.fixture(scope="module")
def rows():
    return {row.id: row for row in last(run(Settings()))}


@pytest.mark.parametrize("name", MISTAKES)
def test_every_program_does_what_it_did_elsewhere(rows, name):
    wrong, right = SAID[name]
    assert [said for said in wrong if said not in rows[name].wrong] == []
    assert [said for said in right if said not in rows[name].right] == []


def test_every_mistake_was_run_elsewhere():
    assert SAID.keys() == MISTAKES.keys()


def test_the_right_code_raises_nothing(rows):
    assert not [row.id for row in rows.values() if re.search(r"^\w+Error: ", row.right, re.M)]


def numbers(text):
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def test_a_branch_that_ends_in_relu_adds_the_mean_of_a_rectified_normal(rows):
    """E[max(0, z)] = 1 / √(2π), for each of 20 normalised branches."""
    *_, before, _, after, fell = numbers(rows["relu-before-add"].wrong)
    assert after - before == pytest.approx(20 / (2 * torch.pi) ** 0.5, rel=0.03)
    assert fell == 0 < numbers(rows["relu-before-add"].right)[-1]
    assert numbers(rows["relu-before-add"].right)[-2] < after / 2


def test_values_overwritten_in_place_are_narrower(rows):
    stored, true = (
        numbers(text) for text in vars(rows["hook-without-clone"]).values() if "bn" in text
    )
    assert all(lost < 0.9 * kept for lost, kept in zip(stored[2::3], true[2::3], strict=True))
    assert all(low < -1.5 for low in true[1::3])


def test_logits_depend_on_the_batch_only_in_training(rows):
    differ, moved, *_ = numbers(rows["eval-forgotten"].wrong)
    assert differ > 0.3
    assert moved > 0.05


def test_zeros_at_the_end_leave_the_accuracy_of_guessing(rows):
    *_, share, n = numbers(rows["optionA-pad-end"].wrong)
    assert n == 100
    assert share < 25
    assert numbers(rows["optionA-pad-end"].right)[-2] > 95


def test_the_best_of_any_step_is_not_that_of_the_weights(rows):
    assert numbers(rows["best_prec1"].wrong)[0] > numbers(rows["best_prec1"].right)[0] + 0.5


def test_sums_of_logits_are_not_one(rows):
    sums = numbers(rows["logits-not-probabilities"].wrong)[::3]
    assert all(abs(found - 1) > 0.5 for found in sums)


def test_what_is_kept_is_what_runs(rows):
    """Words to the letter, numbers as far as other processors round them alike."""
    record = kept_record("mistakes")
    if version("torch").split(".")[:2] != record["versions"]["torch"].split(".")[:2]:
        pytest.skip("another torch words its errors otherwise")
    for row in record["rows"]:
        now = rows[row["id"]]
        for before, after in ((row["wrong"], now.wrong), (row["right"], now.right)):
            assert NUMBER.sub("#", before) == NUMBER.sub("#", after)
            assert numbers(before) == pytest.approx(numbers(after), rel=0.02, abs=0.02)
