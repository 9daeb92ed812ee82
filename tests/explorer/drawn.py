"""What the browser is given to draw: maps, bars and ranks, read back as numbers."""

import base64
import json
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from streamlit.testing.v1 import AppTest


def component(app: AppTest, name: str) -> dict:
    protos = [e.proto for e in app.get("bidi_component")]
    (found,) = [json.loads(p.json) for p in protos if p.component_name == f"resnet_{name}"]
    return found


def terms(app: AppTest) -> dict[str, np.ndarray]:
    """The maps of a block's values by symbol; none where none is drawn."""
    drawn = [
        e.proto for e in app.get("bidi_component") if e.proto.component_name == "resnet_values"
    ]
    given = json.loads(drawn[0].json)["terms"] if drawn else []
    return {term["symbol"]: _square(term["values"], term["side"]) for term in given}


def flow(app: AppTest) -> list[dict]:
    """Every value of the open section, as the browser takes it; none where none is drawn."""
    drawn = [e.proto for e in app.get("bidi_component") if e.proto.component_name == "resnet_flow"]
    return json.loads(drawn[0].json)["maps"] if drawn else []


def flow_maps(app: AppTest) -> dict[str, np.ndarray]:
    """Its maps by symbol, or by the operation's name."""
    return {
        one["symbol"] or one["name"]: floats(one["values"]).reshape(one["height"], one["width"])
        for one in flow(app)
    }


def floats(values: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(values), "<f4")


def _square(values: str, side: int) -> np.ndarray:
    return floats(values).reshape(side, side)


# Maps on the Attention page


def _hidden(app: AppTest) -> list[dict[str, str]]:
    """What stands in the page for scripts to read, element by element."""
    bodies = [body for e in app.get("html") if (body := e.proto.body).startswith("<i data-")]
    return [i.attrib for body in bodies for i in ElementTree.fromstring(f"<p>{body}</p>")]


def overlay(app: AppTest) -> dict:
    """The map over the photograph."""
    first, then = [given for given in _hidden(app) if {"data-bands", "data-map"} & {*given}][:2]
    lasting = {name: first[f"data-{name}"] for name in ("bands", "colours")}
    return json.loads(then["data-map"]) | lasting


def strip(app: AppTest) -> dict:
    """The maps side by side."""
    (given,) = [given for given in _hidden(app) if "data-tiles" in given]
    return json.loads(given["data-tiles"])


def values(tile: dict) -> np.ndarray:
    return _square(tile["values"], tile["cells"])


# Pictures in SVG


class Bar(NamedTuple):
    """A class among the most probable."""

    index: int
    share: float  # of the track that the bar fills
    title: str
    numbers: str


def ranked(app: AppTest) -> list[list[Bar]]:
    """Every chart of the most probable classes on the page."""
    return [[_bar(row) for row in each] for each in _pictures(app) if each.get("class") == "ranks"]


def photos(app: AppTest) -> list[str]:
    """What is said of each photograph of the workbench's sheet, in its order."""
    grids = [each for each in _pictures(app) if each.get("class") == "photos"]
    return [tile.attrib["aria-label"] for grid in grids for tile in grid]


def confused(app: AppTest) -> dict[str, str]:
    """The counts of the confusion matrix, by what is said of each."""
    (table,) = [each for each in _pictures(app) if each.tag == "table"]
    return {
        cell.attrib["aria-label"]: cell.text or ""
        for cell in table.iter("span")
        if "aria-label" in cell.attrib
    }


def block_bars(app: AppTest) -> ElementTree.Element:
    """The bars along the depth."""
    (bars,) = [picture for picture in _pictures(app) if picture.get("class") != "ranks"]
    return bars


def stream(app: AppTest) -> ElementTree.Element:
    """The residual stream."""
    (drawn,) = [one for one in _pictures(app) if one.get("class", "").split()[:1] == ["stream"]]
    return drawn


def _pictures(app: AppTest) -> list[ElementTree.Element]:
    bodies = [e.proto.body for e in app.get("html") if "data-svg" in e.proto.body]
    hosts = map(ElementTree.fromstring, bodies)
    return [ElementTree.fromstring(host.attrib["data-svg"]) for host in hosts]


def _bar(row: ElementTree.Element) -> Bar:
    title, numbers, (bar,) = row
    width = bar.attrib["style"].removeprefix("width:").rstrip("%")
    index = int(row.attrib["data-name"].rpartition(".")[2])
    return Bar(index, float(width) / 100, title.text or "", numbers.text or "")
