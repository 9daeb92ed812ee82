"""The Lessons page with one lesson open, and what is read off it."""

from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from tests.explorer.pages import charts, opened

MOST_WORDS = 150  # of a lesson, and of each part of one that stands on its page


def lesson_page(name: str, **choices: str) -> AppTest:
    """Past what it asks first."""
    return opened("lessons", **{"lesson": name, "guesses": f"{name}.x"} | choices)


def table(app: AppTest, column: str):
    return next(t.value for t in app.table if column in t.value)


def links(app: AppTest) -> list[dict[str, str]]:
    return [dict(parse_qsl(link.proto.query_string)) for link in app.get("page_link")]


def axes(app: AppTest) -> list[list[str]]:
    """The fields on the two axes of every chart."""
    return [
        [spec["layer"][0]["encoding"][axis]["field"] for axis in "xy"]
        for spec in charts(app, "vega_lite_chart")
    ]
