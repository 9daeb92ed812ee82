"""A network in a notebook: its picture as an SVG that stands alone, its words and its stages."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from resnet.drawing.files.html_page import stage_table
from resnet.drawing.files.standalone import standalone_svg
from resnet.drawing.stream.picture import draw_stream
from resnet.network.describing import describe
from resnet.network.graph import Graph
from resnet.text.language import tr


def stream_svg(graph: Graph) -> str:
    """The residual stream as the text of an SVG file."""
    title = tr("{name}: the residual stream", name=graph.spec.name)
    return standalone_svg(draw_stream(graph), title, describe(graph))


def network_html(graph: Graph) -> str:
    """The residual stream with its words and the numbers of every stage, as HTML.

    The picture is an image of its own, so that its styles reach nothing else of the notebook.
    """
    words, picture = escape(describe(graph)), b64encode(stream_svg(graph).encode()).decode()
    return (
        f'<figure style="margin:0"><img src="data:image/svg+xml;base64,{picture}" alt="{words}" '
        f'style="width:100%"><figcaption>{words}</figcaption></figure>{stage_table(graph)}'
    )
