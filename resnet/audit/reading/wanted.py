"""Which rows of an audit are looked at, and in which order: a question that Arrow answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from resnet.audit.reading.columns import VERDICTS
from resnet.text.language import mark

# Verdicts that rows are filtered by, in words.
KINDS: Mapping[str, str] = {"all": mark("all images"), **VERDICTS, "unread": mark("not read")}


@dataclass(frozen=True)
class Wanted:
    """Rows of a true class, of a predicted one, with a verdict, a part of their path, and a range.

    None and "" ask for nothing. Rows come by `order`, the least first unless `falling`; those
    without a value come last, and equals stay in the order of the list.
    """

    truth: int | None = None
    predicted: int | None = None
    verdict: str = "all"
    path: str = ""
    column: str = "margin"
    low: float | None = None
    high: float | None = None
    order: str = "loss"
    falling: bool = True

    def places(self, rows: pa.Table) -> NDArray[np.int64]:
        """Where those rows are among all (n,), in their order."""
        found = self._found(rows)
        places = np.arange(len(rows)) if found is None else pc.indices_nonzero(found)
        keyed = pa.table({"key": rows[self.order].take(pa.array(places)), "place": places})
        order = "descending" if self.falling else "ascending"
        ranked = pc.sort_indices(keyed, sort_keys=[("key", order), ("place", "ascending")])
        return np.asarray(keyed["place"].take(ranked).to_numpy(), dtype=np.int64)

    def _found(self, rows: pa.Table) -> pa.ChunkedArray | None:
        """Whether each row is wanted; None where all are."""
        column = rows[self.column]
        asked: list[tuple[Any, Callable[[Any], pa.ChunkedArray]]] = [
            (self.truth, lambda value: pc.equal(rows["truth"], value)),
            (self.predicted, lambda value: pc.equal(rows["predicted"], value)),
            (_VERDICTS.get(self.verdict), lambda verdict: verdict(rows)),
            (self.path or None, lambda path: pc.match_substring(
                rows["path"], path, ignore_case=True)),
            (self.low, lambda value: pc.greater_equal(column, value)),
            (self.high, lambda value: pc.less_equal(column, value)),
        ]  # fmt: skip
        masks = [pc.fill_null(find(value), False) for value, find in asked if value is not None]
        return reduce(pc.and_, masks) if masks else None


_VERDICTS: Mapping[str, Callable[[pa.Table], pa.ChunkedArray]] = {
    "wrong": lambda rows: pc.not_equal(rows["truth"], rows["predicted"]),
    "right": lambda rows: pc.equal(rows["truth"], rows["predicted"]),
    "unknown": lambda rows: pc.and_(pc.is_null(rows["truth"]), pc.is_null(rows["error"])),
    "unread": lambda rows: pc.is_valid(rows["error"]),
}
