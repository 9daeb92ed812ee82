"""One HTML page: whole, fetching nothing, with a view of every block."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from resnet import ResNetSpec, trace
from resnet.export.formats import View, export

SMALL = trace(ResNetSpec.preset("cifar_resnet20"))


class Page(HTMLParser):
    """What of a page can be checked without a browser: nesting, ids, and what it would fetch."""

    VOID = ("meta", "link", "br", "img", "input", "hr")

    def __init__(self, text: str):
        super().__init__()
        self.open, self.ids, self.fetched, self.tags = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.fetched += [given[name] for name in ("src", "href", "srcset") if name in given]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["resnet50", "cifar_resnet1202", "se_resnet50"])
def test_a_page_is_whole_and_fetches_nothing(name):
    graph = trace(ResNetSpec.preset(name))
    text = export(graph, "html").decode()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.fetched == []
    assert not re.search(r"https?://|url\((?!#)|@import", text)
    assert page.tags.count("h1") == page.tags.count("title") == 1
    assert f"{graph.params:,}" in text
    assert f"{graph.macs:,}" in text


def test_a_page_holds_a_view_for_every_block_that_is_drawn():
    text = export(trace(ResNetSpec()), "html").decode()
    assert text.count("<template") == 16 + 2  # the stem and the head
    folded = export(trace(ResNetSpec.preset("cifar_resnet1202")), "html").decode()
    assert folded.count("<template") == 5 + 2
    assert "The first of 200 equal blocks" in folded


def test_a_page_opens_the_block_that_was_asked_for():
    def opened(name: str, block: str) -> str:
        text = export(trace(ResNetSpec.preset(name)), "html", View(block=block)).decode()
        return re.search(r'data-open="([^"]*)"', text)[1]

    assert opened("resnet50", "layer3.2") == "layer3.2"
    assert opened("cifar_resnet1202", "layer1.77") == "layer1.0", "the block that stands for it"


def test_words_that_a_link_holds_are_escaped():
    spec = replace(SMALL.spec, num_classes=11)
    assert "?net=cifar_resnet20&amp;num_classes=11" in export(trace(spec), "html").decode()
