"""Models that are lent: one for all, by bytes, gone with the last who used it."""

import gc
from uuid import uuid4

import pytest

from explorer.resources import library, shelves
from explorer.resources.library import lent, tidy

KB = 1024
loaded = []


@lent
def model(name: str) -> bytearray:
    loaded.append(name)
    return bytearray(KB)


@pytest.fixture
def visitor(monkeypatch):
    """Call it, and the visitor who asks has left, and another asks."""
    loaded.clear()
    there = [shelves.Shelf(10 * KB)]
    monkeypatch.setattr(shelves, "visitors", lambda: there[0])

    def leave() -> None:
        there[0] = shelves.Shelf(10 * KB)

    return leave


def test_all_are_lent_the_same_model(visitor):
    name = uuid4().hex
    first = model(name)
    mine = shelves.visitors()
    visitor()
    assert model(name) is first
    assert loaded == [name]
    assert mine.held == shelves.visitors().held, "the same loan"


def test_a_model_goes_with_the_last_who_used_it(visitor):
    name = uuid4().hex
    model(name)
    tidy()
    assert model(name) is model(name)
    assert loaded == [name]
    visitor()
    gc.collect()
    tidy()
    model(name)
    assert loaded == [name, name]


def test_models_have_room_in_bytes_as_they_are_now(visitor, monkeypatch):
    monkeypatch.setattr(library.models, "most", 3 * KB)
    first, second = uuid4().hex, uuid4().hex
    model(first).extend(bytes(3 * KB))  # as a model grows by the form that answers
    model(second)
    assert model(second) is model(second)
    model(first)
    assert loaded == [first, second, first]
