"""A crowd: visitors with photographs of their own, who look at every answer that they are given."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.attention.answer.shown_answer import SHOWN
from explorer.figures.data_urls import data_url
from resnet import load_classifier
from resnet.fetch.bundled import MODEL
from resnet.maps.explain import look
from resnet.pictures.reading import read_image
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from tests.visitors import Server, Visitor, visiting

CLASSES = "Class whose evidence is shown"
PANELS = ("Every stage", "Two classes", "Inside a block", "Lesions")
SENSITIVITY = "Max-sensitivity: 11 maps"
LESSONS = ("paths", "lesions", "gradients", "mistakes", "addition")
DEPTHS = (18, 34, 50, 101, 152, 26, 38, 44, 62, 74)


def photograph(seed: int, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A JPEG that nobody else has, 12 megapixels as a telephone's unless said otherwise."""
    cells = np.random.default_rng(seed).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


@dataclass(frozen=True)
class Expected:
    """What the library says of a photograph: its view as the page shows it, maps and logits."""

    shown: str
    maps: NDArray[np.float32]  # (classes, h, w)
    logits: NDArray[np.float32]

    @classmethod
    def of(cls, classifier: ResidualClassifier, data: bytes) -> Expected:
        """Computed here, by none of the page's code."""
        (seen,) = look(classifier, [read_image(data, "photograph")], "fp32")
        large = seen.view.resize((SHOWN, SHOWN), Image.Resampling.BICUBIC)
        return cls(data_url(large, "JPEG"), seen.maps.numpy(), seen.logits.numpy())


@dataclass
class Guest:
    """A visitor who brought a photograph, and knows what is to be said of it."""

    visitor: Visitor
    number: int
    data: bytes
    expected: Expected
    labels: tuple[str, ...]
    random: Random = field(init=False)
    answers: int = 0  # that were verified
    panels: tuple[str, ...] = ()  # that are open, and compute anew of another class

    def __post_init__(self) -> None:
        self.random = Random(self.number)

    async def enter(self) -> None:
        """Bring the photograph, and see that the answer is about it."""
        await self.visitor.open("attention")
        await self.visitor.upload("Photographs", {f"photograph-{self.number}.jpg": self.data})
        self.verify(int(self.expected.logits.argmax()))

    async def change_class(self) -> tuple[float, float]:
        """Ask for another class; seconds until its map is there, and until all is."""
        target = self.random.randrange(len(self.labels))
        start = time.perf_counter()
        await self.visitor.choose("selectbox", CLASSES, self.labels[target])
        whole = time.perf_counter() - start
        self.verify(target)
        at = [element.html.body.startswith("<i data-map") for element in self.visitor.elements]
        return self.visitor.came[at.index(True)] - start, whole

    async def do_all(self) -> None:
        """Each thing once, after which the server has imported all that they need."""
        await self.enter()
        await self.change_class()
        await self.check()
        for title in PANELS:
            await self.open_panel(title)
        for lesson in LESSONS:
            await self.read_lesson(lesson)

    async def open_panel(self, title: str = "") -> None:
        """Open one of the panels below the picture."""
        await self._choose_panels(title or self.random.choice(PANELS))
        self.verify()

    async def close_panel(self) -> None:
        """Leave nothing but the picture with its map."""
        await self._choose_panels()
        self.verify()

    async def _choose_panels(self, *titles: str) -> None:
        await self.visitor.choose("button_group", "More about this answer", [*titles])
        self.panels = titles

    async def check(self) -> None:
        """Run a check of the map, and compare what it is about."""
        await self._choose_panels("May I believe it?")
        buttons = [element.button.label for element in self.visitor.drawn("button")]
        if SENSITIVITY in buttons:  # of this class nobody has asked before
            await self.visitor.click(SENSITIVITY)
        self.verify()
        metrics = {each.metric.label: each.metric.body for each in self.visitor.drawn("metric")}
        assert "Max-sensitivity" in metrics, metrics

    async def read_lesson(self, name: str = "") -> None:
        """Look at a lesson, and come back to the photograph."""
        await self.visitor.open(
            "lessons", lesson=name or self.random.choice(LESSONS), hide="prediction"
        )
        self.unharmed()
        await self.visitor.open("attention")
        self.verify()

    async def change_depth(self) -> float:
        """Ask Architecture for another depth; seconds until it is drawn."""
        depth = self.random.choice(DEPTHS)
        start = time.perf_counter()
        await self.visitor.choose("number_input", "Depth", depth)
        taken = time.perf_counter() - start
        self.unharmed()
        drawn = [e.html.body for e in self.visitor.drawn("html") if "data-svg" in e.html.body]
        assert any(f"resnet{depth}" in body for body in drawn), depth
        return taken

    def verify(self, target: int | None = None) -> None:
        """Every picture on the page is this guest's, and the map is of the class asked for."""
        self.unharmed()
        hidden = self._hidden()
        photo = next(each["data-photo"] for each in hidden if "data-bands" in each)
        assert photo == self.expected.shown, f"guest {self.number} sees another's photograph"
        drawn = json.loads(next(each["data-map"] for each in hidden if "data-map" in each))
        values = np.frombuffer(base64.b64decode(drawn["values"]), "<f4")
        chosen = self.visitor.widget("selectbox", CLASSES)
        asked = self.labels.index(chosen.raw_value)
        assert target in (None, asked), (target, asked)
        expected = self.expected.maps[asked].reshape(-1)
        np.testing.assert_allclose(values, expected, atol=1e-3, err_msg=f"guest {self.number}")
        self.answers += 1

    def unharmed(self) -> None:
        """Nothing went wrong on the page."""
        wrong = [each.exception.message for each in self.visitor.drawn("exception")]
        assert not wrong, wrong

    def _hidden(self) -> list[dict[str, str]]:
        bodies = [each.html.body for each in self.visitor.drawn("html")]
        told = [body for body in bodies if body.startswith("<i data-")]
        return [i.attrib for body in told for i in ElementTree.fromstring(f"<p>{body}</p>")]


@asynccontextmanager
async def crowd(
    server: Server, many: int, size: tuple[int, int] = (4000, 3000)
) -> AsyncIterator[list[Guest]]:
    """So many guests of a server, who leave at the end."""
    classifier: Any = load_classifier(MODEL)
    async with AsyncExitStack() as stack:
        guests = []
        for number in range(many):
            data = await asyncio.to_thread(photograph, number, size)
            expected = await asyncio.to_thread(Expected.of, classifier, data)
            visitor = await stack.enter_async_context(visiting(server))
            guests.append(Guest(visitor, number, data, expected, classifier.labels))
        yield guests
