"""Inside a block: what the class's logit owes to its shortcut and to its branch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.figures.block_terms import Steps, Term
from explorer.figures.op_maps import symbols_of
from explorer.resources import kept_answers
from explorer.state.choices.attention_choices import ATTENTION
from explorer.state.picking import DEPTH
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from resnet.drawing.charts.block_bars import Row, bar_class, draw_block_bars
from resnet.network.graph import Block
from resnet.network.spec import ResNetSpec
from resnet.text.language import mark, tr, translated
from resnet.text.numbers import decimal

if TYPE_CHECKING:
    from resnet.residual.flow.anatomy import Anatomy, Dissection

_KINDS = {
    "kept": mark("kept"),
    "mixed": mark("mixed"),
    "overwritten": mark("overwritten"),
}
_SHARES = _KINDS | {"silent": mark("silent")}


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    with st.spinner(tr("Taking the logit apart …")):
        outcome = kept_answers.dissected(answer.model, answer.seen.photo, answer.target)
    dissection, names = outcome.result, [block.name for block in answer.graph.blocks]
    st.markdown(
        tr(
            "**Inside a block**: what {label} owes to shortcut and branch",
            label=plain(answer.label),
        )
    )
    st.markdown(_in_words(answer, dissection))
    chosen = ATTENTION.asked("block", names, names[-1])
    components.picture(_chart(answer, dissection), key=DEPTH, chosen=chosen, on_pick=_picked)
    st.caption(
        tr(
            "Over all channels of a block. **Kept**: ‖shortcut‖ ≥ 2 ‖F(x)‖ in the channel; "
            "**overwritten**: ‖F(x)‖ ≥ 2 ‖shortcut‖; **mixed**: between; ‖·‖ is the root "
            "of the sum of squares over places. :orange[**Orange**]: the shortcut changes "
            "the stream's shape. Click a bar, or arrow keys and Enter, to open its block."
        )
    )
    with st.container(width=260):
        controls.select(ATTENTION, "block", tr("Block"), names, usual=names[-1])
    block = answer.graph.block(chosen)
    components.values(
        [*_terms(block, dissection.blocks[chosen])], _lens(answer), dissection.view, _on(block)
    )
    st.caption(f"{_sum(answer, dissection, block)} {outcome.note}")


def _picked(name: str) -> None:
    ATTENTION.ask("block", name)


def _lens(answer: ShownAnswer) -> str:
    return tr("Logits for {label}", label=answer.label)


def _on(block: Block) -> Steps:
    return Steps(1, 1, block.jump, block.centre)


def _terms(block: Block, part: Anatomy) -> Iterator[Term]:
    """The block's equation as maps of logits; a plain block has its branch alone."""
    shortcut, total = symbols_of(block)
    note = f"{block.out_shape[1]}×{block.out_shape[2]}"
    if part.shortcut is not None:
        yield Term("", shortcut, tr("{note}, shortcut", note=note), part.shortcut.numpy())
    yield Term(
        "+" if shortcut else "", "F(x)", tr("{note}, branch", note=note), part.branch.numpy()
    )
    if shortcut:
        yield Term("=", total, tr("{note}, sum", note=note), part.total.numpy())


def _in_words(answer: ShownAnswer, dissection: Dissection) -> str:
    """Whether the shortcut is lost to who looks at the last branch alone, for this photograph."""
    name, last = [*dissection.blocks.items()][-1]
    shortcut, branch, total = (decimal(value) for value in last.sums)
    label = plain(answer.label)
    if last.shortcut is None:
        return tr(
            "A plain network: all {total} logits for {label} come through {name}'s F(x).",
            total=total,
            label=label,
            name=name,
        )
    question = tr("Is the shortcut lost if only the last branch is looked at?")
    if last.carried is None:
        return tr(
            "{question} Here {name}'s shortcut brings **{shortcut}** logits for {label} "
            "and its branch {branch}; together {total}.",
            question=question,
            name=name,
            shortcut=shortcut,
            label=label,
            branch=branch,
            total=total,
        )
    return tr(
        "{question} Here, **{carried:.0%}** of the evidence for {label} would be: "
        "{shortcut} of {total} logits come through {name}'s shortcut, {branch} through "
        "its branch.",
        question=question,
        carried=last.carried,
        label=label,
        shortcut=shortcut,
        total=total,
        name=name,
        branch=branch,
    )


def _sum(answer: ShownAnswer, dissection: Dissection, block: Block) -> str:
    """How the maps add up to the logit, and how far that is exact."""
    part, spec = dissection.blocks[block.name], answer.residual.spec
    shortcut, branch, total = (decimal(value) for value in part.sums)
    parts = branch if part.shortcut is None else f"{shortcut} + {branch} = {total}"
    rest, logit = decimal(dissection.behind(block.name)), decimal(dissection.logit)
    last = block.name == [*dissection.blocks][-1]
    added = tr(
        "All cells: {parts}; with {rest} from {behind} it is the logit {logit}.",
        parts=parts,
        rest=rest,
        behind=_behind(spec, last),
        logit=logit,
    )

    if not last:
        exact = (
            tr("the SE gates behind multiply, so the rest holds their part too")
            if spec.se_reduction
            else tr("exact while no ReLU switches")
        )

        why = tr("Gradient × activation, a first-order attribution: {exact}.", exact=exact)
        return f"{added} {why}"
    why = tr("Exact: the class's weights through the open ReLUs, over h·w.")
    return f"{added} {why}"


def _behind(spec: ResNetSpec, last: bool) -> str:
    """What adds to the logit behind a block."""
    if not last:
        return tr("the BN shifts and biases behind this block")
    return tr("the final BN's shift and the bias") if spec.preact else tr("the bias")


def _chart(answer: ShownAnswer, dissection: Dissection) -> str:
    blocks, parts = answer.graph.blocks, dissection.blocks
    ratios = {
        block.name: ((parts[block.name].ratio or 0.0, bar_class(block)),)
        for block in blocks
        if parts[block.name].ratio is not None
    }
    shares = {
        name: tuple((getattr(part.channels, kind), kind) for kind in _KINDS)
        for name, part in parts.items()
    }
    rows = (
        Row(tr("‖F(x)‖ / ‖shortcut‖"), (tr("over all values"),), ratios),
        Row(tr("Channels"), (), shares, percent=True, keys=translated(_KINDS)),
    )
    tips = {name: _tip(name, part) for name, part in parts.items()}
    return draw_block_bars(answer.graph, rows, tips, tr("What each block does to the stream"))


def _tip(name: str, part: Anatomy) -> str:
    shortcut, branch, _ = (decimal(value, sign=True) for value in part.sums)
    ratio = (
        tr("no shortcut")
        if part.ratio is None
        else tr("‖F(x)‖ / ‖shortcut‖") + f" = {part.ratio:.3g}"
    )
    shares = tr(", ").join(
        f"{tr(word)} {getattr(part.channels, kind):.0%}" for kind, word in _SHARES.items()
    )
    return tr(
        "{name}: {ratio}\nchannels: {shares}\nlogits: shortcut {shortcut}, branch {branch}",
        name=name,
        ratio=ratio,
        shares=shares,
        shortcut=shortcut,
        branch=branch,
    )
