"""What the Audit page is about: an audit as far as it is done, and which of its rows are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.resources import audits
from explorer.state.choices import audit_choices
from resnet.audit.reading.columns import verdicts
from resnet.audit.reading.opened import Opened, Root

_OPENS = "audit_opens"  # the number of the image that is to be opened on the Attention page


@dataclass(frozen=True)
class ShownAudit:
    """An audit by its name below the operator's folder."""

    root: Root
    name: str
    opened: Opened

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """The rows that are asked for, in their order."""
        return audit_choices.wanted(self.opened.labels).places(self.opened.rows)

    @cached_property
    def answered(self) -> NDArray[np.int64]:
        """Those of them that have an answer, in the same order."""
        return self.places[self.opened.predicted[self.places] >= 0]

    @cached_property
    def known(self) -> NDArray[np.int64]:
        """Those of them that have an answer and a truth."""
        return self.answered[self.opened.truths[self.answered] >= 0]

    def label(self, index: int) -> str:
        """A class in words; nothing for -1."""
        labels = self.opened.labels
        return labels[index] if 0 <= index < len(labels) else ""

    @cached_property
    def verdicts(self) -> NDArray[np.str_]:
        """Whether each row is right, wrong, or of a truth that is not known (N,)."""
        return verdicts(self.opened.truths, self.opened.predicted)

    def number(self, place: int) -> int:
        """The number of the image of a row."""
        return int(self.opened.rows["number"][place].as_py())

    def path(self, place: int) -> str:
        """Where the image of a row lies, below its source."""
        return str(self.opened.rows["path"][place].as_py())

    def large(self, name: str, places: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """A large column (N, n), of these rows or all. Raises `AuditError`."""
        return audits.large(self.opened, name, places).astype(np.float32, copy=False)


def open_on_attention(number: int) -> None:
    """Have an image opened on the Attention page by the run that follows.

    Its number stays what it is where more rows are done meanwhile; its row may become another.
    """
    st.session_state[_OPENS] = number


def to_open() -> int | None:
    """The number of the image that is to be opened, once."""
    number: int | None = st.session_state.pop(_OPENS, None)
    return number
