"""Channels: which of the last stage's carry a class, where each answers, what is without it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from explorer.audit.shown_audit import ShownAudit, open_on_attention
from explorer.figures.data_urls import raw_url
from explorer.figures.photo_grid import Shown, key_of, photo_grid
from explorer.resources import jobs
from explorer.resources.server.spinner import start_torch
from explorer.resources.server.workers import LONG
from explorer.state.choices.audit_choices import AUDIT
from explorer.tasks import audits
from explorer.tasks.audits import Carried
from explorer.widgets import components, controls
from explorer.widgets.escaping import plain
from resnet.audit.images.errors import AuditError
from resnet.text.language import tr
from resnet.text.numbers import decimal


def panel(shown: ShownAudit) -> None:
    """Draw the panel."""
    manifest, opened = shown.opened.plan.manifest, shown.opened
    if not (manifest.model.complete and manifest.model.spec):
        st.info(
            tr(
                "Channels are told of residual networks alone, whose logits are an average and one "
                "linear layer."
            )
        )
        return
    classes, counts = np.unique(opened.predicted[opened.predicted >= 0], return_counts=True)
    words = {
        str(index): f"{shown.label(index)} ({n:,})"
        for index, n in zip(classes.tolist(), counts.tolist(), strict=True)
    }
    if not words:
        st.info(tr("None of these images has an answer."))
        return
    most = str(classes[counts.argmax()])
    with st.container(width=300):
        target = controls.select(AUDIT, "class", tr("Said to be"), [*words], words, usual=most)
    found = _found(shown, int(target))
    if found:
        _drawn(shown, int(target), found)


def _found(shown: ShownAudit, target: int) -> Carried | None:
    """The answer, once it was asked for."""
    start_torch()
    opened, model = shown.opened, shown.opened.plan.manifest.model
    asked = str(shown.root.folder), shown.name, model.asked, target, opened.parts
    question = ("carried", opened.store.url, model.sha256, str(len(opened.rows)), str(target))
    try:
        found: Carried | None = jobs.offered(
            tr(
                "Find its channels: sums for {n:,} images, at most {forwards} forwards",
                n=len(opened.rows),
                forwards=audits.MOST_FORWARDS,
            ),
            tr("images"),
            question,
            partial(LONG.stream, audits.carried, *asked),
        )
    except (AuditError, LookupError, ValueError, OSError) as error:
        st.error(plain(error))
        return None
    return found


def _drawn(shown: ShownAudit, target: int, found: Carried) -> None:
    label = plain(shown.label(target))
    st.caption(
        tr(
            "What each channel gives to the logit of {label}, the mean over the images said to be "
            "of it, and what all images' answers are without it: the logit is a sum over channels, "
            "so that needs no forward. Below, the images of the whole data set in which the "
            "channel is largest: the white square is its largest cell, the orange one what that "
            "cell sees. Embeddings are kept in half precision.",
            label=label,
        )
    )
    for carrier, gone in zip(found.carriers, found.without, strict=True):
        with st.container(border=True):
            st.markdown(
                tr(
                    "**Channel {channel}** gives {mean}, {share:.0%} of what all channels give",
                    channel=carrier.channel,
                    mean=decimal(carrier.mean, 2),
                    share=carrier.share,
                )
            )
            st.markdown(
                tr(
                    "Without it {lost:,} of {said:,} are no longer {label}, {changed:,} answers "
                    "are others in all, and {right:+,} are right.",
                    lost=gone.lost,
                    said=gone.said,
                    label=label,
                    changed=gone.changed,
                    right=gone.right,
                )
            )
            _patches(shown, carrier.channel, found)


def _patches(shown: ShownAudit, channel: int, found: Carried) -> None:
    patches = found.patches.get(channel, ())
    if not patches:
        st.caption(tr("Its images cannot be read here: they lie outside of the folder of audits."))
        return
    tiles = [
        Shown(
            str(shown.number(patch.place)),
            shown.path(patch.place),
            raw_url(patch.picture, "jpeg"),
            shown.label(int(shown.opened.predicted[patch.place])),
            f"{patch.value:.2f}",
            str(shown.verdicts[patch.place]),
            shown.label(int(shown.opened.truths[patch.place])),
        )
        for patch in patches
    ]
    components.picture(photo_grid(tiles), f"patches_{channel}", on_pick=_picked)


def _picked(what: str) -> None:
    open_on_attention(int(key_of(what)))
