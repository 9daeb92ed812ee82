"""The report: it stands alone, its numbers are the audit's, and no name of a file gets into it."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from resnet.audit.reading.opened import Opened
from resnet.audit.reading.report import WORST, report
from resnet.audit.reading.wanted import Wanted
from tests.resnet.audit.generated import LABELS, write


@pytest.fixture(scope="module")
def audit(tmp_path_factory) -> Opened:
    labels = ("<script>alert(1)</script>", *LABELS[1:])
    return Opened.at(write(tmp_path_factory.mktemp("audits") / "one", 300, labels=labels))


class _Read(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [v for k, v in attrs if k in ("src", "href") and not v.startswith("data:")]


def test_it_needs_nothing_else_and_runs_nothing(audit):
    read = _Read()
    read.feed(report(audit, Wanted(verdict="wrong").places(audit.rows), "loss"))
    assert read.outside == []
    assert "script" not in read.tags
    assert {"svg", "table", "img"} <= {*read.tags}


def test_its_numbers_are_those_of_the_rows_asked_for(audit):
    places = Wanted(truth=3).places(audit.rows)
    page = report(audit, places, "loss")
    known = audit.truths[places] == audit.predicted[places]
    assert f"{len(places):,} images" in page
    assert f"{known.mean():.1%} (" in page
    assert page.count("<figure>") == min(WORST, len(places))
    worst = int(places[0])
    first = re.search(r"<figcaption>(.*?)</figcaption>", page)[1]
    assert first.startswith(audit.rows["path"][worst].as_py())
    assert f"{np.round(audit.numbers('loss')[worst], 10):.3g}" in first


def test_rows_without_truth_or_answer_have_a_report_too(audit):
    page = report(audit, Wanted(verdict="unread").places(audit.rows), "loss")
    assert "This is no picture." in page
    assert "<svg" not in page
