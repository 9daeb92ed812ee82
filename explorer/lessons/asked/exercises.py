"""Three exercises for each lesson, to be answered by the pages that show networks and maps."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from explorer.lessons.asked.exercise import Exercise
from resnet.network.graph import Block, Graph, Op
from resnet.network.spec import ResNetSpec
from resnet.network.tracing import trace
from resnet.text.language import mark

_DIGITS = {"in_channels": "1", "image_size": "8"}
_NARROW = {"planes": "8,16,32", "stem_width": "8", **_DIGITS}  # as the bundled ones are
_SOLIDS = {"net": "resnet18", "planes": "16,32,64,128", "stem_width": "16", "num_classes": "10",
           "image_size": "192"}  # fmt: skip
_TRAINED = {"model": "solids_resnet18", "layer": "layer4"}
_SHAPES = {"net": "cifar_resnet20", "image_size": "64"}
_CONV = ("conv", 3)


def _of(query: str) -> Graph:
    return trace(ResNetSpec.from_query(query))


def _number(ops: Iterable[Op], kind: str, kernel: int = 0) -> int:
    return sum(op.kind == kind and kernel in (0, op.kernel) for op in ops)


def _branch(block: Block) -> int:
    return sum(op.params for op in block.lane("branch"))


def _shortcut(block: Block) -> int:
    return sum(op.params for op in block.lane("shortcut"))


def _last_norm(block: Block) -> Op:
    return [op for op in block.lane("branch") if op.kind == "bn"][-1]


def _weighted_on_shortcuts(graph: Graph) -> int:
    """The convolutions and linear layers that no branch holds."""
    return sum(op.kind in ("conv", "linear") and op.lane != "branch" for op in graph.ops)


EXERCISES: dict[str, tuple[Exercise, ...]] = {
    "derivative": (
        Exercise(
            mark("How many products add up to one number of the first convolution of layer1.0 in "
                 "the network above?"),
            _SHAPES,
            lambda graph: graph.block("layer1.0").ops[0].macs
            / prod(graph.block("layer1.0").ops[0].out_shape),
            mark("A kernel of 3×3 on each of its in-channels; open the block."),
        ),
        Exercise(
            mark("On how many of ResNet-50’s 16 shortcuts is the derivative of the shortcut "
                 "exactly 1?"),
            {"net": "resnet50"},
            lambda graph: sum(_shortcut(block) == 0 for block in graph.blocks),
            mark("An orange gate holds a convolution, whose derivative is its weights."),
        ),
        Exercise(
            mark("Through how many ReLUs goes a gradient on the identity path from the logits of "
                 "residual-110 back to what enters its first block?"),
            {"net": "cifar_resnet110"},
            lambda graph: len(graph.blocks),
            mark("One after each sum."),
        ),
    ),
    "degradation": (
        Exercise(
            mark("Of how many blocks is a CIFAR ResNet of 110 layers made?"),
            {"net": "cifar_resnet110"},
            lambda graph: len(graph.blocks),
            mark("Its layers are 6n + 2, with two layers in a block; the picture says × beside "
                 "blocks that are folded."),
        ),
        Exercise(
            mark("How many more parameters has residual-56 (option A) than plain-56?"),
            {"net": "cifar_resnet56", **_DIGITS},
            lambda graph: graph.params - _of(
                "net=cifar_resnet56&shortcut=none&in_channels=1&image_size=8").params,
            mark("Read the parameters above the picture, then set the shortcut to none."),
        ),
        Exercise(
            mark("How many multiply-adds does residual-110 need for one digit of 8×8?"),
            {"net": "cifar_resnet110", **_DIGITS},
            lambda graph: graph.macs,
            mark("Above the picture: multiply-adds for one image."),
        ),
    ),
    "gradients": (
        Exercise(
            mark("Through how many 3×3 convolutions does the longest way through ResNet-56 lead?"),
            {"net": "cifar_resnet56"},
            lambda graph: _number(graph.ops, *_CONV),
            mark("One in the stem, two in each of 27 blocks."),
        ),
        Exercise(
            mark("And the shortest way, along all shortcuts: through how many ReLUs does it lead?"),
            {"net": "cifar_resnet56"},
            lambda graph: _number((op for op in graph.ops if op.lane == "main"), "relu"),
            mark("One in the stem; in this block a ReLU follows each sum."),
        ),
        Exercise(
            mark("How far apart, in pixels, are the centres of neighbouring cells of the map that "
                 "the Attention page shows at layer4 of its ResNet-18?"),
            _SOLIDS,
            lambda graph: graph.stages[-2].jump,
            mark("A stride of 2 in the stem, its pool and three stages: multiply."),
            _TRAINED,
        ),
    ),
    "addition": (
        Exercise(
            mark("How many of ResNet-50’s 16 shortcuts hold a convolution?"),
            {"net": "resnet50"},
            lambda graph: sum(_shortcut(block) > 0 for block in graph.blocks),
            mark("The orange gates: the first block of each stage."),
        ),
        Exercise(
            mark("How many parameters has the downsample branch of layer2.0 in ResNet-50, its BN "
                 "included?"),
            {"net": "resnet50"},
            lambda graph: _shortcut(graph.block("layer2.0")),
            mark("Open the block: the shortcut’s lane has a 1×1 convolution and a BN."),
        ),
        Exercise(
            mark("How many cells has the map that the Attention page shows at layer4 of its "
                 "ResNet-18?"),
            _SOLIDS,
            lambda graph: graph.stages[-2].out_shape[1] * graph.stages[-2].out_shape[2],
            mark("192 pixels and a jump of 32: so many cells a side, squared."),
            _TRAINED,
        ),
    ),
    "paths": (
        Exercise(
            mark("How many paths lead through ResNet-34?"),
            {"net": "resnet34"},
            lambda graph: 2 ** len(graph.blocks),
            mark("Count its blocks: each doubles the paths."),
        ),
        Exercise(
            mark("How many paths of ResNet-50 go through exactly one branch?"),
            {"net": "resnet50"},
            lambda graph: len(graph.blocks),
            mark("Which block’s? Count the choices."),
        ),
        Exercise(
            mark("How many convolutions stand on the longest path of ResNet-152, between its stem "
                 "and its average pool?"),
            {"net": "resnet152"},
            lambda graph: sum(_number(block.lane("branch"), "conv") for block in graph.blocks),
            mark("50 blocks, and in each the branch is taken."),
        ),
    ),
    "lesions": (
        Exercise(
            mark("How many blocks of ResNet-152 leave a bare identity behind when they are taken "
                 "out?"),
            {"net": "resnet152"},
            lambda graph: sum(_shortcut(block) == 0 for block in graph.blocks),
            mark("All but those with an orange gate on their shortcut."),
        ),
        Exercise(
            mark("What percentage of ResNet-50’s parameters is in the branch of layer4.0?"),
            {"net": "resnet50"},
            lambda graph: 100 * _branch(graph.block("layer4.0")) / graph.params,
            mark("Open layer4.0, add up the parameters of its branch, and divide by 25,557,032."),
        ),
        Exercise(
            mark("Three of residual-20’s nine blocks are taken out. How many paths are left?"),
            {"net": "cifar_resnet20"},
            lambda graph: 2 ** (len(graph.blocks) - 3),
            mark("A block that is gone no longer doubles them."),
        ),
    ),
    "zero-gamma": (
        Exercise(
            mark("How many γ of ResNet-50 begin at 0 with `zero_init_residual`?"),
            {"net": "resnet50", "zero_init_residual": "1"},
            lambda graph: sum(_last_norm(block).out_shape[0] for block in graph.blocks),
            mark("One for each channel of the last BN of every block: 256 in the three blocks of "
                 "layer1, and so on."),
        ),
        Exercise(
            mark("With how many layers that have weights does residual-56 (option A) begin then?"),
            {"net": "cifar_resnet56"},
            _weighted_on_shortcuts,
            mark("Count what is left when no branch adds anything."),
        ),
        Exercise(
            mark("And ResNet-50, whose shortcuts are of option B?"),
            {"net": "resnet50"},
            _weighted_on_shortcuts,
            mark("The same, and a convolution in each gate."),
        ),
    ),
    "shortcuts": (
        Exercise(
            mark("How many more parameters has ResNet-50 with option C than with B?"),
            {"net": "resnet50", "shortcut": "C"},
            lambda graph: graph.params - _of("net=resnet50").params,
            mark("Read the parameters, switch the shortcut to B, and subtract."),
        ),
        Exercise(
            mark("How many more multiply-adds has ResNet-101 as v1.5 than as v1?"),
            {"net": "resnet101"},
            lambda graph: graph.macs - _of("net=resnet101&stride_on=1x1").macs,
            mark("The stride stands on the 3×3 or on the 1×1 convolution: look at both."),
        ),
        Exercise(
            mark("How many fewer parameters has ResNet-18 with option A than with B?"),
            {"net": "resnet18", "shortcut": "A"},
            lambda graph: _of("net=resnet18").params - graph.params,
            mark("Three gates, each a 1×1 convolution with its BN."),
        ),
    ),
    "surface": (
        Exercise(
            mark("The surface is a plane through the weights of residual-56 on digits. How many "
                 "dimensions has the space that it cuts?"),
            {"net": "cifar_resnet56", **_NARROW},
            lambda graph: graph.params,
            mark("One for each parameter."),
        ),
        Exercise(
            mark("Along how many of them does the plane not move, being biases, γ or β?"),
            {"net": "cifar_resnet56", **_NARROW},
            lambda graph: sum(op.params for op in graph.ops if op.kind == "bn")
            + graph.spec.num_classes,
            mark("Two for each channel of each BN, and one bias for each class."),
        ),
        Exercise(
            mark("How many pixels wide is what one cell of layer3 sees in ResNet-20?"),
            {"net": "cifar_resnet20"},
            lambda graph: graph.stages[-2].receptive_field,
            mark("The table below the picture has the receptive field of each stage."),
        ),
    ),
    "mistakes": (
        Exercise(
            mark("How many more parameters has ResNet-50 v1.5 than v1?"),
            {"net": "resnet50"},
            lambda graph: graph.params - _of("net=resnet50&stride_on=1x1").params,
            mark("A stride has no parameters: that is why nothing fails when it is wrong."),
        ),
        Exercise(
            mark("How many rows has the map that leaves layer4 of ResNet-50 for an image of "
                 "320×320?"),
            {"net": "resnet50", "image_size": "320"},
            lambda graph: graph.stages[-2].out_shape[1],
            mark("Set the image size, and read the shape above layer4."),
        ),
        Exercise(
            mark("How many weights has the classifier of ResNet-18 for 10 classes, its biases "
                 "included?"),
            {"net": "resnet18", "num_classes": "10"},
            lambda graph: graph.ops[-1].params,
            mark("Open the head."),
        ),
    ),
    "modern": (
        Exercise(
            mark("How many more parameters has ResNet-50 than ResNeXt-50 32×4d?"),
            {"net": "resnext50_32x4d"},
            lambda graph: _of("net=resnet50").params - graph.params,
            mark("Compare the two, or read both."),
        ),
        Exercise(
            mark("How many parameters does squeeze-and-excitation (reduction 16) add to "
                 "ResNet-50?"),
            {"net": "resnet50", "se_reduction": "16"},
            lambda graph: graph.params - _of("net=resnet50").params,
            mark("Set the reduction to 16, and back."),
        ),
        Exercise(
            mark("How many times as many multiply-adds as ResNet-50 has Wide ResNet-50-2?"),
            {"net": "wide_resnet50_2"},
            lambda graph: graph.macs / _of("net=resnet50").macs,
            mark("Divide one by the other; two decimals will do."),
        ),
    ),
}  # fmt: skip
