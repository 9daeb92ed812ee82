"""Opens every page that needs no torch, in one interpreter, and says what each has imported."""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

from streamlit.testing.v1 import AppTest

from tests.explorer.pages import opened

HEAVY = ("torch", "torchvision", "onnx", "resvg_py")


class Case(NamedTuple):
    page: str
    choices: dict[str, str]
    there: Callable[[AppTest], bool]  # what only this page shows


def explains_fields(app: AppTest) -> bool:
    return any("Araujo" in caption.value for caption in app.caption)


def offers_values(app: AppTest) -> bool:
    return app.toggle(key="architecture_values").value is False


CASES = {
    "first screen": Case("architecture", {}, lambda app: len(app.metric) == 4),
    "counting": Case("architecture", {"panel": "counting"}, lambda app: bool(app.table)),
    "fields": Case("architecture", {"field": "1"}, explains_fields),
    "values, not asked for": Case("architecture", {"open": "layer1.0"}, offers_values),
    "take away": Case(
        "architecture", {"panel": "takeaway"}, lambda app: len(app.get("download_button")) == 6
    ),
    "compare": Case("compare", {}, lambda app: len(app.table) == 3),
    "audit": Case("audit", {}, lambda app: "AUDITS=FOLDER" in app.info[0].value),
    "paths": Case(
        "lessons",
        {"lesson": "paths", "hide": "prediction"},
        lambda app: bool(app.get("vega_lite_chart")),
    ),
    "glossary": Case("glossary", {"find": "stride"}, lambda app: bool(app.get("html"))),
    "mistakes": Case(
        "lessons",
        {"lesson": "mistakes", "answers": "x" * 30, "hide": "prediction"},
        lambda app: len(app.code) == 4,
    ),
}


def seen(case: Case) -> dict[str, object]:
    app = opened(case.page, **case.choices)
    return {"there": case.there(app), "loaded": [name for name in HEAVY if name in sys.modules]}


if __name__ == "__main__":
    json.dump({name: seen(case) for name, case in CASES.items()}, sys.stdout)
