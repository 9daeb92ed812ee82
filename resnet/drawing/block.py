"""One block, operation by operation: the shortcut above, F(x) below, the sum with its shapes."""

from __future__ import annotations

from collections.abc import Iterator

from resnet.drawing.svg import path, rect, tag, words
from resnet.graph import Block, Op
from resnet.words import count, shape

UP, DOWN, HEIGHT = 52.0, 168.0, 268.0  # the two lanes' centre lines
BOX, GAP, EDGE, SUM = 92.0, 66.0, 84.0, 150.0
_LABELS = {
    "bn": "BN",
    "relu": "ReLU",
    "sigmoid": "σ",
    "scale": "SE gate",
    "avgpool": "avg pool",
    "pad": "zero pad",
}


def block_view(block: Block) -> str:
    """The block as one SVG element, with kernel, stride, params, MACs and receptive field."""
    branch, around = _steps(block.lane("branch")), _steps(block.lane("shortcut"))
    shared, branch = _shared(block, branch)
    inner = max(len(branch), 1) * (BOX + GAP)
    right = EDGE + inner
    width = right + SUM + EDGE
    plain = block.plan.shortcut == "none"
    parts = [
        *_entrance(block, plain, shared),
        *_lane(branch, EDGE + 30, DOWN, right + 26),
        *([] if plain else _road(block, around, right + 26)),
        *_exit(block, right + 26, plain),
    ]
    label = f"{block.name}: {_sum_text(block)}"
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {width:g} {HEIGHT:g}",
        class_="detail",
        role="img",
        aria_label=label,
        style=f"max-width:{width:g}px",
    )


def _steps(ops: tuple[Op, ...]) -> list[list[Op]]:
    """Operations gathered into boxes: a convolution with its BN and ReLU, or one whole SE gate."""
    first = ops[0].kind if ops else ""  # a pre-activation branch begins with its BN
    steps: list[list[Op]] = []
    for op in ops:
        gated = ".se" in op.path and not op.path.endswith("se.avgpool")
        if (op.kind in (first, "pad", "avgpool") and not gated) or not steps:
            steps.append([])
        steps[-1].append(op)
    return _with_conv_first(steps)


def _with_conv_first(steps: list[list[Op]]) -> list[list[Op]]:
    """A pool that opens a shortcut stands alone; the convolution after it gets its own box."""
    split: list[list[Op]] = []
    for step in steps:
        pooled = step[0].kind == "avgpool" and step[-1].kind in ("conv", "bn")
        split += [step[:1], step[1:]] if pooled else [step]
    return split


def _shared(block: Block, branch: list[list[Op]]) -> tuple[bool, list[list[Op]]]:
    """Whether both lanes read the first BN and ReLU: pre-activation where the shape changes."""
    shared = branch[0][0].kind == "bn" and block.plan.shortcut not in ("identity", "none")
    return shared, ([branch[0][2:], *branch[1:]] if shared else branch)


def _entrance(block: Block, plain: bool, shared: bool) -> Iterator[str]:
    middle = DOWN if plain else UP
    if shared:
        yield words(EDGE / 2, middle + 32, "after BN + ReLU: a", "caption tiny")
    yield words(EDGE / 2, middle - 12, "x", "symbol")
    yield words(EDGE / 2, middle + 12, shape(block.in_shape), "caption")
    if not plain:
        yield path(((EDGE, UP), (EDGE + 12, UP), (EDGE + 12, DOWN), (EDGE + 30, DOWN)), "wire")


def _lane(steps: list[list[Op]], x: float, y: float, end: float) -> Iterator[str]:
    """The boxes of F(x) with the shape on every edge between them."""
    for step in steps:
        yield _step(step, x, y)
        x += BOX
        yield path(((x, y), (min(x + GAP, end), y)), "wire")
        yield words(x + GAP / 2, y - 11, shape(step[-1].out_shape), "caption tiny")
        x += GAP


def _step(step: list[Op], x: float, y: float) -> str:
    main = _main(step)
    changes = main.stride > 1 or main.kind == "pad" or main.lane == "shortcut"
    box = rect(x, y - 34, BOX, 68, "gate" if changes else "conv", rx=5)
    title = _title(main)
    lines = [words(x + BOX / 2, y - 19, title, "on bold")]
    params, macs = sum(op.params for op in step), sum(op.macs for op in step)
    facts = [_company(step), f"{count(params, ' params')}", f"{count(macs, 'MACs')}"]
    shown = [fact for fact in facts if fact and not fact.startswith("0 ")]
    lines += [words(x + BOX / 2, y - 3 + 14 * i, fact, "on") for i, fact in enumerate(shown)]
    below = f"sees {main.receptive_field} px" if main.kind == "conv" else ""
    lines.append(words(x + BOX / 2, y + 47, below, "caption tiny"))
    return tag("g", box, *lines, data_tip=_tip(step))


def _main(step: list[Op]) -> Op:
    """The operation that a box is named after."""
    named = ("scale", "conv", "pad", "avgpool")
    return min(step, key=lambda op: named.index(op.kind) if op.kind in named else len(named))


def _company(step: list[Op]) -> str:
    """What else is in a convolution's box."""
    return " + ".join(_LABELS[op.kind] for op in step if op.kind in ("bn", "relu"))


def _title(op: Op) -> str:
    if op.kind != "conv":
        return _LABELS.get(op.kind, op.kind)
    stride = f", /{op.stride}" if op.stride > 1 else ""
    return f"{op.kernel}×{op.kernel}, {op.out_shape[0]}{stride}"


def _tip(step: list[Op]) -> str:
    return "\n".join(
        f"{op.path}: {op.kind}, {shape(op.in_shape)} → {shape(op.out_shape)}, "
        f"kernel {op.kernel}, stride {op.stride}, padding {op.padding}, groups {op.groups}, "
        f"{op.params:,} params, {op.macs:,} MACs"
        for op in step
    )


def _road(block: Block, around: list[list[Op]], end: float) -> Iterator[str]:
    """The shortcut: the bare road, or what stands on it."""
    yield rect(EDGE, UP - 9, end - EDGE, 18, "shade-4")
    x = EDGE + 40
    for step in around:
        yield _step(step, x, UP)
        x += BOX
        if step is not around[-1]:
            yield words(x + GAP / 2, UP - 20, shape(step[-1].out_shape), "caption tiny")
        x += GAP
    if not around:
        yield words((EDGE + end) / 2, UP - 22, "identity", "caption")


def _exit(block: Block, x: float, plain: bool) -> Iterator[str]:
    relu = any(op.kind == "relu" for op in block.lane("main"))
    y = DOWN if plain else UP
    if not plain:
        yield path(((x - 30, DOWN), (x + 12, DOWN), (x + 12, UP + 14)), "wire")
        yield tag("circle", cx=x + 12, cy=UP, r=14, class_="plus")
        yield path(((x + 5, UP), (x + 19, UP)), "arm") + path(
            ((x + 12, UP - 7), (x + 12, UP + 7)), "arm"
        )
    start = x + (26 if not plain else -30)
    yield path(((start, y), (x + SUM - 20, y)), "wire")
    if relu:
        yield rect(x + 46, y - 16, 50, 32, "relu", rx=4)
        yield words(x + 71, y, "ReLU", "on")
    yield words(x + SUM + 16, y - 12, "y", "symbol")
    yield words(x + SUM + 16, y + 12, shape(block.out_shape), "caption")
    yield words((EDGE + x) / 2 + 40, HEIGHT - 16, _sum_text(block), "formula")


def _sum_text(block: Block) -> str:
    """The sum written out with its shapes."""
    out = shape(block.out_shape)
    relu = any(op.kind == "relu" for op in block.lane("main"))
    if block.plan.shortcut == "none":
        return f"y = ReLU(F(x)): {out}" if relu else f"y = F(x): {out}"
    left = "x" if block.plan.shortcut == "identity" else "S(x)" if relu else "S(a)"
    total = f"{left} + F(x)"
    where = ", a = ReLU(BN(x))" if left == "S(a)" else ""
    shapes = f"{out} + {out} → {out}{where}"
    return f"y = ReLU({total}): {shapes}" if relu else f"y = {total}: {shapes}"
