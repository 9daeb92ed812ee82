"""What an audit comes to in a few numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from resnet.counts.intervals import wilson

_MEANS = ("margin", "entropy", "loss", "border", "corners", "centre", "box", "half_area")


def summary(rows: pa.Table) -> dict[str, Any]:
    """Of rows: images, errors, accuracy with its interval where truths are known, and means.

    The interval is Wilson's of 95 %. A mean is over the images that have the measure, and null
    where none has.
    """
    answered = rows.filter(pc.is_null(rows["error"]))
    known = answered.filter(pc.is_valid(answered["truth"]))
    right = pc.sum(pc.equal(known["truth"], known["predicted"])).as_py() or 0
    n = len(known)
    share = right / n if n else None
    return {
        "images": len(rows),
        "errors": len(rows) - len(answered),
        "with_truth": n,
        "right": right,
        "accuracy": share,
        "interval": None if share is None else list(wilson(share, n)),
        "means": {name: pc.mean(answered[name]).as_py() for name in _MEANS},
        "largest_gap": pc.max(pc.abs(answered["gap"])).as_py(),
    }
