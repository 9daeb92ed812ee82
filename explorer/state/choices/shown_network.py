"""The network on show: the session's truth, what is open of it, and its address.

Controls are filled from the spec before they are drawn, and a change goes through `change` or
`carry`, which keep the old network and say why where the new one cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import streamlit as st

from explorer.state.choices.history import History
from explorer.state.choices.page_choices import Page, acted
from resnet.drawing.stream.layout import Folding
from resnet.network.describing import describe_dropped
from resnet.network.fields.rules import SpecError
from resnet.network.graph import HEAD, STEM
from resnet.network.links import follow
from resnet.network.naming import query
from resnet.network.naming.families import DepthError
from resnet.network.spec import ResNetSpec
from resnet.network.variants import Change
from resnet.text.language import mark, tr

CLOSED, PAPER = "none", "paper"  # where a block may be open: nothing, or a table of the paper
_HISTORY, _NOTICE = "history", "notice"
_USUAL = "usual"  # whether no address has said which network
_START = "start"  # the networks before a slider was moved that has not come to rest


@dataclass(frozen=True)
class Notice:
    """What is said of the last change, or of the address, until the next one.

    `refused`: it was asked for and is not on show. `depths` are offered in place of one that there
    is not; `undo`: the change is.
    """

    text: str = ""
    refused: bool = False
    depths: tuple[int, ...] = ()
    undo: bool = False


_DROPPED = mark("Dropped: {dropped}.")

ARCHITECTURE = Page(
    "architecture",
    {
        "open": "",
        "projector": "",
        "fold": "",
        "unfold": "",
        "panel": "",
        "by": "block",
        "field": "",
        "cell": "",
        "over": "",
        "photo": "",
        "count": "macs",
        "extras": "",
        "memory": "inference",
        "batch": "1",
        "precision": "fp32",
        "optimiser": "momentum",
        "values": "",
        "weights": "",
        "picture": "2",
        "channel": "",
        "op": "",
        "via": "",
        "at": "",
        "scale": "one",
        "sent": "",
        "sent_channel": "mean",
    },
    forgets={"photo": ("over",), "open": ("via", "at"), "channel": ("via",)},
)


def spec() -> ResNetSpec:
    """The network on show: the session's, else the address's, else ResNet-50."""
    st.session_state.pop(_START, None)
    fields = ARCHITECTURE.read()
    if fields is not None:
        found = follow(fields)
        st.session_state[_USUAL] = not fields
        before = st.session_state.get(_HISTORY, History((found.spec,)))
        st.session_state[_HISTORY] = before.arrived(found.spec)
        st.session_state[_NOTICE] = Notice(found.note, refused=bool(found.left_out))
    return history().now


def history() -> History:
    """The networks of this session; before the page was read, the usual one."""
    found: History = st.session_state.get(_HISTORY, History((ResNetSpec(),)))
    return found


def change(make: Callable[[ResNetSpec], ResNetSpec]) -> None:
    """Replace the network by what `make` makes of it; keep it, with the reason, on `SpecError`."""
    carry(lambda spec: Change(make(spec)))


def carry(make: Callable[[ResNetSpec], Change], rests: bool = True) -> None:
    """Replace the network, and name what was dropped; keep it, with the reason, on `SpecError`.

    One that does not rest is on its way to another: that is made of what was there before either.
    """
    acted()
    start: History = st.session_state.pop(_START, history())
    if not rests:
        st.session_state[_START] = start
    try:
        made = make(start.now)
    except SpecError as error:
        depths = error.nearest if isinstance(error, DepthError) else ()
        st.session_state[_NOTICE] = Notice(str(error), refused=True, depths=depths)
        return
    st.session_state[_HISTORY] = start.changed(made.spec)
    text = tr(_DROPPED, dropped=describe_dropped(made)) if made.dropped else ""
    st.session_state[_NOTICE] = Notice(text, undo=bool(text))


def step(steps: int) -> None:
    """Undo the last change, by -1, or do it again, by 1."""
    acted()
    st.session_state[_HISTORY] = history().moved(steps)
    st.session_state[_NOTICE] = Notice()


def notice() -> Notice:
    """What there is to say of the last change or of the address."""
    found: Notice = st.session_state.get(_NOTICE, Notice())
    return found


def moves() -> bool:
    """Whether the network is on its way to another."""
    return _START in st.session_state


def write() -> None:
    """Put the network and what is open of it into the address."""
    ARCHITECTURE.write(history().now.to_fields())


def link(hide: Collection[str]) -> str:
    """The address that restores the Architecture page as it is, but for what it hides."""
    address = ARCHITECTURE.address(history().now.to_fields(), hide)
    return f"{(st.context.url or '').rstrip('/')}/?{query.join(address)}"


def opened(page: Page = ARCHITECTURE) -> str:
    """The name of the section that is open, `PAPER`, or nothing.

    On the Architecture page, where nobody opened or closed one that this network has, it is the
    block that shows most: the first whose shortcut changes the resolution.
    """
    name = page.asked("open")
    if page is not ARCHITECTURE or name == CLOSED:
        return name.removeprefix(CLOSED)
    plans = {plan.name: plan for plan in history().now.blocks()}
    if name in (*plans, STEM, HEAD, PAPER):
        return name
    return max(plans.values(), key=lambda plan: (plan.stride > 1, plan.shortcut != "identity")).name


def projected() -> bool:
    """Whether the page is shown by a projector: without its controls, in larger letters."""
    return ARCHITECTURE.asked("projector") == "1"


def project() -> None:
    """Begin or end that."""
    ARCHITECTURE.ask("projector", "" if projected() else "1")


def folding(page: Page = ARCHITECTURE) -> Folding:
    """The runs of equal blocks, by their first, that were folded and unfolded by hand."""
    return Folding(*(tuple(filter(None, page.asked(how).split(","))) for how in Folding._fields))


def pick(what: str, page: Page = ARCHITECTURE) -> None:
    """Do what a part of the picture is for: `fold NAME`, `unfold NAME`, or NAME, which opens."""
    does, _, name = what.rpartition(" ")
    if does:
        _fold(does, name, page)
    else:
        open_block(name, page)


def _fold(does: str, name: str, page: Page) -> None:
    """Take back what was done to the run by hand, or do it."""
    undone = {"fold": "unfold", "unfold": "fold"}[does]
    page.flip(undone if name in getattr(folding(page), undone) else does, name)


def open_block(name: str, page: Page = ARCHITECTURE) -> None:
    """Open a section; the same one again closes it."""
    page.ask("open", CLOSED if name in (CLOSED, opened(page)) else name)


def unchosen() -> bool:
    """Whether the network on show is the usual one, and no address or control chose it."""
    return bool(st.session_state.get(_USUAL)) and len(history().networks) == 1


def show_instead(spec: ResNetSpec, why: str) -> None:
    """Replace a network that nobody chose, say why, and offer the way back."""
    show_network(spec)
    st.session_state[_NOTICE] = Notice(why, undo=True)


def show_network(spec: ResNetSpec) -> None:
    """Replace the network by this one, with a block open: the same if it has it, else its first."""
    change(lambda _: spec)
    if not opened():
        ARCHITECTURE.unask("open", CLOSED)
