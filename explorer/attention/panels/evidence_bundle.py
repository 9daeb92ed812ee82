"""The evidence for this answer as a file, and how to compute it again."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.attention.answer.shown_answer import ShownAnswer
from explorer.attention.panels import other_methods
from explorer.resources.server.workers import LONG
from explorer.state.choices.attention_choices import ATTENTION
from explorer.tasks import exports
from explorer.widgets.escaping import plain
from resnet.maps.methods import METHODS
from resnet.pictures.overlay import SIGNS
from resnet.text.language import tr


def panel(answer: ShownAnswer) -> None:
    """Draw the panel."""
    method, layer = answer.method(), answer.layer()
    staged = answer.has("stages")
    more = other_methods.known(answer) if staged else {}
    alone = {} if staged else {layer: answer.evidence(answer.target, layer, method).values}
    found = {
        "logits": answer.seen.look.logits,
        "maps": alone or answer.maps(answer.target, method),
        "target": answer.target,
        "method": method,
        "precision": answer.precision,
        "device": answer.seen.device,
        "placement": answer.placement(),
        "signs": ATTENTION.asked("signs", SIGNS),
        "more": more,
        "layer": layer,
    }
    st.markdown(
        tr(
            "**The evidence for {label}**, {title}, {where}",
            label=plain(answer.label),
            title=tr(METHODS[method].title),
            where=tr("every stage") if staged else layer,
        )
    )
    words = tr(
        "One zip: the photograph (its pixels, without place or camera), what the model "
        "saw, signed maps (.npy), overlays, all predictions, and a manifest of all "
        "that they depend on."
    )
    names = tr(", ").join(tr(METHODS[name].title) for name in more)
    computed = tr("Of “Other methods” it has what is computed: {names}.", names=names)
    st.caption(" ".join([words, *([computed] if more else [])]))
    st.download_button(
        tr("Evidence bundle (.zip)"),
        data=partial(LONG.call, exports.bundle, answer.asked, found),
        file_name=f"evidence-{answer.classifier.name}-{answer.target}.zip",
        mime="application/zip",
        on_click="ignore",
    )
    _replay(answer)


def _replay(answer: ShownAnswer) -> None:
    own = " --model FILE" if answer.classifier.family == "file" else ""
    st.caption(
        tr(
            "Computes the maps again and says by how much they differ; 1e-5 of each map's "
            "largest value is allowed. Another device may round the first stages of a deep "
            "network differently."
        )
    )
    st.code(f"python -m resnet explain --from BUNDLE.zip{own}", "bash", wrap_lines=True)
    if own:
        st.caption(
            tr("Your checkpoint is not copied into it; FILE names it, its SHA-256 is checked.")
        )
