"""Words from outside for Plotly, which reads some HTML: bold type, links."""

from __future__ import annotations

from html import escape


def unformatted(text: str) -> str:
    """`text` so that a chart shows it as it is."""
    return escape(text, quote=False)
