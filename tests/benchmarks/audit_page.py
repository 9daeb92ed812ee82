"""The Audit page at 100,000 rows: a filter and an order against a run that changes nothing."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from itertools import cycle
from pathlib import Path

from explorer.state.limits import PREFIX, limits
from tests.benchmarks.timing import Found, compared, side_by_side
from tests.explorer.pages import choose, opened
from tests.resnet.audit.generated import write

ROWS, REPEATS, MOST = 100_000, 15, 2
PANELS = {"gallery": "gallery", "table": "table", "confused": "confusion matrix"}
BARE, FILTER, ORDER = "a run that changes nothing", "another filter", "another order"


def main() -> Found:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name) / "large", ROWS)
        os.environ[f"{PREFIX}AUDITS"] = name
        limits.cache_clear()
        for panel, title in PANELS.items():
            app = opened("audit", audit="large", panel=panel)
            verdicts, orders = cycle(("wrong", "right", "all")), cycle(("margin", "border", "loss"))
            ways = {
                BARE: app.run,
                FILTER: partial(_next, app, "audit_verdict", verdicts),
                ORDER: partial(_next, app, "audit_order", orders),
            }
            times = side_by_side(ways, REPEATS)
            claims = {(FILTER, BARE): MOST, (ORDER, BARE): MOST}
            yield compared(f"The Audit page's {title} at {ROWS:,} rows", times, claims)
        del os.environ[f"{PREFIX}AUDITS"]
        limits.cache_clear()


def _next(app, key, values) -> None:
    choose(app, key, next(values))
