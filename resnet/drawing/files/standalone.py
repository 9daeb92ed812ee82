"""A picture that stands alone: one SVG file with its own colours, title and description.

Styles are worked out here, since few programs but browsers know CSS variables and color-mix. What
answers a pointer or a key is left out, since a file has no script; tips become <title> elements,
which browsers show and screen readers say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from resnet.drawing.files import text_widths
from resnet.drawing.palette import THEMES, rgb_of, stylesheet

_SVG = "http://www.w3.org/2000/svg"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{}]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)")
_MIXED = re.compile(r"color-mix\(in srgb,\s*(#\w{6})\s+(\d+)%,\s*transparent\s*\)")
_LIVE = re.compile(r":|\.(open|tip)(?![\w-])")  # what answers a pointer or a key
_LAYOUT = ("overflow", "display", "width", "min-width", "cursor", "outline", "pointer-events")
_FONTS = '"Source Sans 3", "Source Sans Pro", Arial, "Liberation Sans", sans-serif'
_USUAL_FONT = {"font-size": "16px", "font-weight": "400"}
_OF_A_PAGE = ("role", "tabindex", "style", "aria-label", "aria-pressed")


def standalone_svg(svg: str, title: str, description: str, theme: str = "light") -> str:
    """The text of an SVG file from a picture's <svg> element, in one theme's colours."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg.replace("<svg ", f'<svg xmlns="{_SVG}" ', 1))
    for element in root.findall(f"{{{_SVG}}}desc"):
        root.remove(element)
    for part in list(root.iter()):
        _quieten(part)
    left, top, width, height = root.attrib["viewBox"].split()
    for name in _OF_A_PAGE:
        root.attrib.pop(name, None)
    rules = resolved(stylesheet(theme))
    _fit(root, rules)
    root.attrib |= {"width": width, "height": height, "role": "img"}
    root.set("aria-labelledby", "title description")
    paper = {"x": left, "y": top, "width": width, "height": height, "fill": THEMES[theme].paper}
    root[:] = [
        _element("title", title, id="title"),
        _element("desc", description, id="description"),
        _element("style", f"\n{rules}\n"),
        _element("rect", "", **paper),
        *root,
    ]
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _fit(root: Element, rules: str) -> None:
    """Give words the room that they take in the app's font, whichever draws them elsewhere."""
    fonts = [*_font_rules(rules)]
    for text in root.iter(f"{{{_SVG}}}text"):
        classes = {*text.attrib.get("class", "").split()}
        font = _USUAL_FONT.copy()
        for needed, said in fonts:
            font |= said if needed <= classes else {}
        long = _measured(text, font)
        if long:
            text.attrib |= {"textLength": f"{long:.1f}", "lengthAdjust": "spacingAndGlyphs"}


def _font_rules(rules: str) -> Iterator[tuple[set[str], dict[str, str]]]:
    """What words of some classes look like; those of more classes come later, as they prevail."""
    found = [
        ({*names[1:].split(".")} - {""}, dict(_declarations(body)))
        for selector, body in _RULE.findall(rules)
        for names in [selector.strip().removeprefix("text")]
        if selector.strip().startswith("text") and " " not in names
    ]
    yield from sorted(found, key=lambda rule: len(rule[0]))


def _measured(text: Element, font: dict[str, str]) -> float | None:
    """In pixels; None for words in several fonts or another family, whose widths are not known."""
    if len(text) or not text.text or "serif" in font.get("font-family", ""):
        return None
    size, weight = font["font-size"].removesuffix("px"), font["font-weight"]
    return text_widths.width(text.text, float(size), int(weight))


def _element(name: str, text: str, **attributes: str) -> Element:
    element = Element(f"{{{_SVG}}}{name}", attributes)
    element.text = text or None
    return element


def _quieten(part: Element) -> None:
    """Make a tip a <title>, and a button a group."""
    tip = part.attrib.get("data-tip")
    if tip:
        part.insert(0, _element("title", tip))
    if part.attrib.get("role") == "button":
        for name in _OF_A_PAGE:
            part.attrib.pop(name, None)
    for name in [name for name in part.attrib if name.startswith("data-")]:
        del part.attrib[name]


def resolved(css: str) -> str:
    """Style rules with variables and mixtures worked out, and without what is for a page alone."""
    bare = _AT_RULE.sub("", _COMMENT.sub("", css))
    rules = [(names.strip(), [*_declarations(body)]) for names, body in _RULE.findall(bare)]
    values = {name: value for _, body in rules for name, value in body if name.startswith("--")}
    values |= {"--st-font": _FONTS}
    drawn = (
        (names.replace(".picture ", ""), _worked_out(body, values))
        for names, body in rules
        if not _LIVE.search(names)
    )
    return "\n".join(f"{names} {{ {body} }}" for names, body in drawn if body)


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    for declaration in filter(str.strip, body.split(";")):
        name, _, value = declaration.partition(":")
        yield name.strip(), value.strip()


def _worked_out(body: list[tuple[str, str]], values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match[1], match[2] or "none")

    declarations = (
        (name, text) for name, text in body if name not in _LAYOUT and name not in values
    )
    drawn = "; ".join(f"{name}: {text}" for name, text in declarations)
    return _MIXED.sub(_translucent, _VARIABLE.sub(value, drawn))


def _translucent(match: re.Match[str]) -> str:
    red, green, blue = rgb_of(match[1])
    return f"rgba({red}, {green}, {blue}, {int(match[2]) / 100})"
