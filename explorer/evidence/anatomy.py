"""Inside a block: what the class's logit owes to its shortcut and to its branch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from explorer import components, controls, state
from explorer.figures.terms import Steps, Term
from explorer.messages import plain
from explorer.panels.values import symbols
from explorer.resources import answers
from explorer.subject import Subject
from resnet.drawing.bars import Row, bars, colour
from resnet.graph import Block
from resnet.words import decimal

if TYPE_CHECKING:
    from resnet.anatomy import Anatomy, Dissection

_KINDS = ("kept", "mixed", "overwritten")


def panel(subject: Subject) -> None:
    """Draw the panel."""
    outcome = answers.dissected(subject.model, subject.seen.photo, subject.target)
    found, names = outcome.result, [block.name for block in subject.graph.blocks]
    st.markdown(f"**Inside a block**: what {plain(subject.label)} owes to shortcut and branch")
    st.markdown(_answer(subject, found))
    chosen = state.ATTENTION.asked("block", names, names[-1])
    components.picture(_chart(subject, found), key=state.DEPTH, chosen=chosen, on_pick=_picked)
    st.caption(
        "Over all channels of a block. **Kept**: ‖shortcut‖ ≥ 2 ‖F(x)‖ in the channel; "
        "**overwritten**: ‖F(x)‖ ≥ 2 ‖shortcut‖; **mixed**: between; ‖·‖ is the root of the sum of "
        "squares over places. :orange[**Orange**]: the shortcut changes the stream's shape. "
        "Click a bar, or arrow keys and Enter, to open its block."
    )
    with st.container(width=260):
        controls.select(state.ATTENTION, "block", "Block", names, usual=names[-1])
    block = subject.graph.block(chosen)
    components.values(
        [*_terms(block, found.blocks[chosen])], _lens(subject), found.view, _on(block)
    )
    st.caption(f"{_sum(subject, found, block)} {outcome.note}")


def _picked(name: str) -> None:
    state.ATTENTION.ask("block", name)


def _lens(subject: Subject) -> str:
    return f"Logits for {subject.label}"


def _on(block: Block) -> Steps:
    return Steps(1, 1, block.jump, block.centre)


def _terms(block: Block, part: Anatomy) -> Iterator[Term]:
    """The block's equation as maps of logits; a plain block has its branch alone."""
    shortcut, total = symbols(block)
    note = f"{block.out_shape[1]}×{block.out_shape[2]}"
    if part.shortcut is not None:
        yield Term("", shortcut, f"{note}, shortcut", part.shortcut.numpy())
    yield Term("+" if shortcut else "", "F(x)", f"{note}, branch", part.branch.numpy())
    if shortcut:
        yield Term("=", total, f"{note}, sum", part.total.numpy())


def _answer(subject: Subject, found: Dissection) -> str:
    """Whether the shortcut is lost to who looks at the last branch alone, for this photograph."""
    name, last = [*found.blocks.items()][-1]
    shortcut, branch, total = (decimal(value) for value in last.sums)
    label = plain(subject.label)
    if last.shortcut is None:
        return f"A plain network: all {total} logits for {label} come through {name}'s F(x)."
    question = "Is the shortcut lost if only the last branch is looked at? "
    if last.carried is None:
        return (
            f"{question}Here {name}'s shortcut brings **{shortcut}** logits for {label} "
            f"and its branch {branch}; together {total}."
        )
    return (
        f"{question}Here, **{last.carried:.0%}** of the evidence for {label} would be: {shortcut} "
        f"of {total} logits come through {name}'s shortcut, {branch} through its branch."
    )


def _sum(subject: Subject, found: Dissection, block: Block) -> str:
    """How the maps add up to the logit, and how far that is exact."""
    part, spec = found.blocks[block.name], subject.classifier.spec
    shortcut, branch, total = (decimal(value) for value in part.sums)
    parts = branch if part.shortcut is None else f"{shortcut} + {branch} = {total}"
    rest, logit = decimal(found.behind(block.name)), decimal(found.logit)
    words = f"All cells: {parts}; with {rest} from {{}} it is the logit {logit}. "
    if block.name != [*found.blocks][-1]:
        exact = (
            "the SE gates behind multiply, so the rest holds their part too"
            if spec.se_reduction
            else "exact while no ReLU switches"
        )
        behind = "the BN shifts and biases behind this block"
        return f"{words.format(behind)}Gradient × activation, a first-order attribution: {exact}."
    behind = "the final BN's shift and the bias" if spec.preact else "the bias"
    return f"{words.format(behind)}Exact: the class's weights through the open ReLUs, over h·w."


def _chart(subject: Subject, found: Dissection) -> str:
    blocks, parts = subject.graph.blocks, found.blocks
    ratios = {
        block.name: ((parts[block.name].ratio or 0.0, colour(block)),)
        for block in blocks
        if parts[block.name].ratio is not None
    }
    shares = {
        name: tuple((getattr(part.channels, kind), kind) for kind in _KINDS)
        for name, part in parts.items()
    }
    rows = (
        Row("‖F(x)‖ / ‖shortcut‖", ("over all values",), ratios),
        Row("Channels", (), shares, percent=True, keys=_KINDS),
    )
    tips = {name: _tip(name, part) for name, part in parts.items()}
    return bars(subject.graph, rows, tips, "What each block does to the stream")


def _tip(name: str, part: Anatomy) -> str:
    shortcut, branch, _ = (decimal(value, sign=True) for value in part.sums)
    ratio = "no shortcut" if part.ratio is None else f"‖F(x)‖ / ‖shortcut‖ = {part.ratio:.3g}"
    shares = ", ".join(f"{kind} {getattr(part.channels, kind):.0%}" for kind in (*_KINDS, "silent"))
    return f"{name}: {ratio}\nchannels: {shares}\nlogits: shortcut {shortcut}, branch {branch}"
