"""What is read off pictures in SVG."""

from xml.etree import ElementTree


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in root.iter() if name in part.get("class", "").split()]
