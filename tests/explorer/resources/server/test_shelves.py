"""Shelves: bounded in bytes, nobody's emptied by another, nothing computed twice or left behind."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from explorer.resources.server import shelves
from explorer.resources.server.shelves import Shelf

KB = 1024


def key() -> str:
    """A question that nobody has asked."""
    return uuid4().hex


def is_held(key: str) -> bool:
    """Whether an answer stands on any shelf."""
    return key in shelves._shared


def answers(shelf: Shelf) -> list[object]:
    return [held.answer for held in shelf.held]


def test_the_longest_unasked_leaves_a_full_shelf_first():
    shelf, keys = Shelf(3 * KB + 300), [key() for _ in range(4)]
    kilobytes = [bytes([i]) * KB for i in range(4)]
    for k, answer in zip(keys[:3], kilobytes, strict=False):
        shelf.hold(k, answer)
    assert shelf.find(keys[0])
    shelf.hold(keys[3], kilobytes[3])
    assert answers(shelf) == [kilobytes[2], kilobytes[0], kilobytes[3]]
    assert is_held(keys[0])
    assert not is_held(keys[1])


def test_the_newest_stays_however_heavy():
    shelf, heavy = Shelf(10 * KB), bytes(100 * KB)
    shelf.hold(key(), bytes(KB))
    shelf.hold(key(), heavy)
    assert answers(shelf) == [heavy]


def test_what_another_does_empties_nobodys_shelf():
    mine, others = Shelf(10 * KB), Shelf(10 * KB)
    question = key()
    mine.hold(question, "mine")
    for _ in range(100):
        others.hold(key(), bytes(KB))
    assert answers(mine) == ["mine"]
    assert len(others.held) < 10


def test_what_anybody_holds_is_not_computed_again_and_goes_with_the_last():
    first, second, question, asked = Shelf(KB), Shelf(KB), key(), []

    def compute() -> object:
        asked.append(question)
        return object()

    answer = first.once(question, compute)
    assert second.once(question, compute) is answer
    del first
    assert is_held(question)
    assert Shelf(KB).once(question, compute) is answer
    del second
    gc.collect()
    assert not is_held(question)
    assert asked == [question]


def test_of_many_who_ask_together_one_computes():
    asked, question, kept = [], key(), [Shelf(KB) for _ in range(8)]

    def compute() -> object:
        time.sleep(0.1)
        asked.append(question)
        return object()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda shelf: shelf.once(question, compute), kept))
    assert len(asked) == 1
    assert len(set(map(id, found))) == 1


def test_where_one_fails_the_next_in_line_computes():
    question, began = key(), Event()

    def fail() -> object:
        began.set()
        time.sleep(0.1)
        raise RuntimeError("halted")

    def first() -> None:
        with pytest.raises(RuntimeError, match="halted"):
            Shelf(KB).once(question, fail)

    thread = Thread(target=first)
    thread.start()
    began.wait()
    assert Shelf(KB).once(question, lambda: "found") == "found"
    thread.join()


def test_questions_do_not_wait_for_one_another():
    begun = Event()

    def wait_for_the_other() -> bool:
        begun.set()
        return other.wait(20)

    other, shelf = Event(), Shelf(KB)
    with ThreadPoolExecutor(1) as pool:
        one = pool.submit(shelf.once, key(), wait_for_the_other)
        begun.wait()
        shelf.once(key(), other.set)
        assert one.result()


def page() -> None:
    import streamlit as st

    from explorer.resources.server.shelves import visitors

    st.session_state["mine"] = visitors()
    visitors().once(st.session_state["question"], object)


def test_a_visitor_has_a_shelf_that_lives_as_long_as_the_session():
    apps, question = [AppTest.from_function(page, default_timeout=60) for _ in range(2)], key()
    for app in apps:
        app.session_state["question"] = question
        for _ in range(2):
            assert not app.run().exception
    mine, others = [app.session_state["mine"] for app in apps]
    assert mine is not others
    assert mine.held == others.held
    assert len(mine.held) == 1
    assert {mine, others} <= {*shelves.everybodys()}
    del apps, app, mine, others
    gc.collect()
    assert not is_held(question)


def test_an_answer_on_several_shelves_is_weighed_once():
    mine, others, question = Shelf(KB), Shelf(KB), key()
    for shelf in (mine, others):
        shelf.once(question, lambda: bytes(KB))
    answers, weight = shelves.weighed([mine, others])
    assert answers == 1
    assert KB <= weight <= KB + 100
