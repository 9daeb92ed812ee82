"""What a page computes by itself, what it asks about first, and what it refuses: by its MACs."""

from __future__ import annotations

import streamlit as st

from explorer.resources.server.workers import ANSWERS, LONG, Lane
from resnet.text.language import tr
from resnet.text.numbers import count

AT_ONCE = 30 * 10**9  # MACs: ResNet-152 at 224×224 twice over, some seconds of a small server
MOST = 10**12  # MACs that are computed at all
_AGREED = "agreed"  # to the cost of what, in a session


def lane(macs: int) -> Lane:
    """Where a forward of so many MACs keeps nobody waiting who asks for less."""
    return ANSWERS if macs <= AT_ONCE else LONG


def passes(macs: int, *what: str) -> bool:
    """Whether a forward may begin: a small one at once, a larger one once its button is pressed.

    A link may name any network, and must not alone keep a server busy. `what` tells the forward
    from every other.
    """
    agreed: set[tuple[str, ...]] = st.session_state.setdefault(_AGREED, set())
    if macs <= AT_ONCE or what in agreed:
        return True
    said = {"macs": count(macs, "MACs"), "most": count(MOST, "MACs")}
    if macs > MOST:
        st.info(
            tr(
                "This forward takes {macs}, and at most {most} are computed here; choose a smaller "
                "network or image, or an earlier block.",
                **said,
            )
        )
        return False
    here = st.empty()
    pressed = here.button(tr("Compute: {macs}", **said), key=" ".join(["cost", *what]))
    if pressed:
        agreed.add(what)
        here.empty()
    return pressed
