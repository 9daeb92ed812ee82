"""Work of visitors over real sockets: it ends when they leave, and nobody else waits for it."""

import asyncio
import time
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from resnet.pictures.reading import MAX_SCANNED
from tests.heavy_check import LONG, busy, checking, until
from tests.visitors import Server, Visitor, awaited, served, visiting

_ENDLESS = {"net": "cifar_resnet1202", "image_size": "440", "values": "1", "open": "layer3.199"}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """One worker for long work, so that a second check stands in line."""
    with served(tmp_path_factory.mktemp("server") / "log", RESNET_EXPLORER_WORKERS="1") as server:
        yield server


def test_a_closed_tab_ends_its_check(server):
    async def close() -> bool:
        async with visiting(server) as visitor:
            await checking(server, visitor)
        return await until(lambda: busy(server) < 0.05)

    assert awaited(close)


def test_another_control_ends_a_check_and_the_page_goes_on(server):
    async def stop() -> tuple[float, int]:
        async with visiting(server) as visitor:
            await checking(server, visitor)
            start = time.monotonic()
            await visitor.click("Stop")
            took = time.monotonic() - start
            assert await until(lambda: busy(server) < 0.05)
            return took, len(visitor.drawn("exception"))

    took, exceptions = awaited(stop)
    assert exceptions == 0
    assert took < 10  # the benchmark claims less


def test_who_must_wait_is_told_their_place_and_goes_on_when_another_leaves(server):
    async def wait() -> bool:
        async with visiting(server) as second:
            async with visiting(server) as first:
                await checking(server, first)
                await second.open("attention", sample="3", **LONG)
                pressed = second.pressing("Max-sensitivity: 11 maps")
                await second.connection.send(pressed.SerializeToString())
                while not any("Waiting: 1 must end first" in words for words in said(second)):
                    await second.told()
            while not any(element.progress.text for element in second.drawn("progress")):
                await second.told()
            return True

    assert awaited(wait)


def said(visitor: Visitor) -> list[str]:
    return [element.markdown.body for element in visitor.drawn("markdown")]


def test_a_check_of_one_lets_another_change_the_depth(server):
    async def beside() -> list[str]:
        async with visiting(server) as heavy, visiting(server) as other:
            await other.open()
            await checking(server, heavy)
            await other.open(net="resnet101")
            assert await until(lambda: busy(server) > 0.1), "it is not at it any more"
            return [heading.heading.body for heading in other.drawn("heading")]

    assert any("resnet101" in heading for heading in awaited(beside))


def test_a_slow_file_keeps_nobody_waiting_and_ends_with_its_tab(server):
    slow = scanned_often()

    async def give() -> list[str]:
        async with visiting(server) as other:
            await other.open()
            async with visiting(server) as giver:
                await giver.open("attention")
                given = asyncio.create_task(giver.upload("Photographs", {"slow.jpg": slow}))
                assert await until(lambda: busy(server, 0.2) > 0.2)
                await other.choose("number_input", "Depth", 101)
                assert not given.done()
                given.cancel()
            assert await until(lambda: busy(server) < 0.05)
            return [heading.heading.body for heading in other.drawn("heading")]

    assert any("resnet101" in heading for heading in awaited(give))


def scanned_often() -> bytes:
    """A progressive JPEG of 36 megapixels that goes over them as often as is read: for seconds."""
    buffer = BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (1000, 1000, 3), np.uint8)
    Image.fromarray(noise).resize((6000, 6000)).save(buffer, "JPEG", progressive=True, quality=30)
    data = buffer.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * (MAX_SCANNED // 6000**2 - data.count(b"\xff\xda")) + data[-2:]


def test_a_link_alone_starts_no_endless_forward(server):
    async def follow() -> list[str]:
        async with visiting(server) as visitor:
            await visitor.open(**_ENDLESS)
            assert await until(lambda: busy(server) < 0.05)
            return [button.button.label for button in visitor.drawn("button")]

    assert any(label.startswith("Compute: ") and "GMACs" in label for label in awaited(follow))
