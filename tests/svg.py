"""What is read off pictures in SVG."""

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"  # the namespace of files, not of pictures in a page


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in root.iter() if name in part.get("class", "").split()]
