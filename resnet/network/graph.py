"""Graph: every operation of a network with shapes, parameters, MACs and receptive field. No torch.

Conventions. MACs are the multiply-adds of convolutions and linear layers, for one image, which the
ResNet papers and torchvision call FLOPs. Params are learnable; running statistics and the batch
counter are buffers. Receptive fields follow Araujo et al. 2019 (Distill, "Computing Receptive
Fields of Convolutional Neural Networks"): they count the padding around the image, and take the
gates of squeeze-and-excitation, which see the whole map, as weights and not as paths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, NamedTuple

from resnet.network.fields.plans import BlockPlan
from resnet.network.spec import ResNetSpec

STEM, HEAD = "stem", "head"
MIXING = ("conv", "linear", "conv1d")  # kinds of operations that add up channels
NORMS = ("bn", "gn")  # and those that normalise


class Op(NamedTuple):
    """One operation. A named tuple, since a deep network has thousands of them.

    Shapes are (C, H, W), or (C,) for the classifier. `receptive_field` is the side in input pixels
    of the square that one output cell sees, `jump` the distance of neighbouring cells' centres and
    `centre` the pixel of cell 0's centre; pixel i of the image has its centre at i. Pooling a whole
    map that is no square, the kernel is its longer side, and so is what it sees.
    """

    path: str
    block: int | None  # number in its stage
    kind: str  # conv, bn, relu, add, linear, …: tracing.py writes them
    stage: str
    lane: str  # main, branch or shortcut
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    kernel: int
    stride: int
    padding: int
    groups: int
    dilation: int
    params: int
    buffers: int
    macs: int
    jump: int
    receptive_field: int
    centre: float


class _Rollup:
    """Sums over parts, and what enters the first and leaves the last."""

    @property
    def parts(self) -> Sequence[Any]:
        """What this is made of, in order."""
        raise NotImplementedError

    @property
    def summed(self) -> Sequence[Any]:
        """Parts with the sums of this one's, where they are cheaper to have."""
        return self.parts

    @cached_property
    def params(self) -> int:
        """Learnable parameters."""
        return sum(part.params for part in self.summed)

    @cached_property
    def buffers(self) -> int:
        """Running means, variances and batch counters."""
        return sum(part.buffers for part in self.summed)

    @cached_property
    def macs(self) -> int:
        """Multiply-adds of convolutions and linear layers for one image."""
        return sum(part.macs for part in self.summed)

    @property
    def in_shape(self) -> tuple[int, ...]:
        """Shape that enters, without the batch."""
        return self.parts[0].in_shape

    @property
    def out_shape(self) -> tuple[int, ...]:
        """Shape that leaves, without the batch."""
        return self.parts[-1].out_shape

    @property
    def receptive_field(self) -> int:
        """Side in input pixels of what one output cell sees."""
        return self.parts[-1].receptive_field

    @property
    def jump(self) -> int:
        """Input pixels between neighbouring output cells."""
        return self.parts[-1].jump

    @property
    def centre(self) -> float:
        """Input pixel on which output cell 0 is centred."""
        return self.parts[-1].centre


@dataclass(frozen=True)
class Block(_Rollup):
    """One residual block: its plan and its operations.

    Equal blocks in a row are followed once. `first` are the operations of the first of them; this
    one sees `further` more pixels, and its cells' centres have `moved`.
    """

    plan: BlockPlan
    first: tuple[Op, ...]
    further: int = 0
    moved: float = 0.0

    @cached_property
    def ops(self) -> tuple[Op, ...]:
        """Every operation, written when it is asked for."""
        start, name = len(f"{self.plan.stage}.{self.first[0].block}"), self.name
        number = self.plan.number
        new, further, moved = tuple.__new__, self.further, self.moved  # a network has thousands
        return tuple(
            new(Op, (name + op[0][start:], number, *op[2:16], op[16] + further, op[17] + moved))
            for op in self.first
        )

    @property
    def parts(self) -> tuple[Op, ...]:
        """The operations."""
        return self.ops

    @property
    def summed(self) -> tuple[Op, ...]:
        """Those of the first of its kind, which cost the same."""
        return self.first

    @property
    def name(self) -> str:
        """Module path, `layer1.0`."""
        return self.plan.name

    def lane(self, name: str) -> tuple[Op, ...]:
        """The operations of one lane: main, branch or shortcut."""
        return tuple(op for op in self.ops if op.lane == name)


@dataclass(frozen=True)
class Stage(_Rollup):
    """The stem or the head with its `own_ops`, or one of the stages with its blocks."""

    name: str
    own_ops: tuple[Op, ...] = ()
    blocks: tuple[Block, ...] = ()

    @cached_property
    def ops(self) -> tuple[Op, ...]:
        """Every operation."""
        return self.own_ops + tuple(chain.from_iterable(block.ops for block in self.blocks))

    @property
    def parts(self) -> Sequence[Any]:
        """The blocks, or the operations where there are none."""
        return self.blocks or self.own_ops

    @property
    def convolved_shape(self) -> tuple[int, ...]:
        """What leaves it, of the stem before its pool, as table 1 of the paper has it."""
        before = [op for op in self.own_ops if not op.path.startswith("maxpool")]
        return before[-1].out_shape if before else self.out_shape

    @property
    def paper_name(self) -> str:
        """The name in table 1 of He et al. 2015: `layer1` is conv2_x."""
        number = self.name.removeprefix("layer")
        return f"conv{int(number) + 1}_x" if number.isdigit() else self.name


@dataclass(frozen=True)
class Graph(_Rollup):
    """A network, operation by operation, in the order of the forward pass.

    How a notebook shows it is told by the package, since drawings stand above graphs.
    """

    spec: ResNetSpec
    stages: tuple[Stage, ...]
    _repr_svg_: ClassVar[Callable[[Graph], str]]
    _repr_html_: ClassVar[Callable[[Graph], str]]

    @cached_property
    def ops(self) -> tuple[Op, ...]:
        """Every operation."""
        return tuple(chain.from_iterable(stage.ops for stage in self.stages))

    @property
    def parts(self) -> tuple[Stage, ...]:
        """The stages."""
        return self.stages

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every residual block."""
        return tuple(chain.from_iterable(stage.blocks for stage in self.stages))

    @property
    def running(self) -> int:
        """Running statistics of BN: its buffers, but for one counter of batches each."""
        return self.buffers - sum(op.kind == "bn" for op in self.ops)

    @cached_property
    def sections(self) -> tuple[Stage | Block, ...]:
        """What can be looked into: the stem, every block, the head."""
        return (self.stages[0], *self.blocks, self.stages[-1])

    def section(self, name: str) -> Stage | Block:
        """The stem, the head, or the block of that name. Raises KeyError."""
        return {section.name: section for section in self.sections}[name]

    def stage(self, name: str) -> Stage:
        """The stage of that name. Raises KeyError."""
        return {stage.name: stage for stage in self.stages}[name]

    def block(self, name: str) -> Block:
        """The block of that name. Raises KeyError."""
        return {block.name: block for block in self.blocks}[name]
