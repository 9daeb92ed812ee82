"""What workers keep: the same value again, and no more bytes than are said."""

from explorer.tasks.inputs.bounded import Bounded


def test_a_value_is_made_once():
    kept: Bounded[str, object] = Bounded(10, lambda _: 1)
    assert kept.once("a", object) is kept.once("a", object)
    kept.clear()
    assert kept.once("a", lambda: "anew") == "anew"


def test_what_was_not_asked_for_longest_goes_first():
    kept: Bounded[str, bytes] = Bounded(10, len)
    for key in "ab":
        kept.once(key, lambda: bytes(5))
    kept.once("a", lambda: b"made again")
    kept.once("c", lambda: bytes(5))
    assert kept.once("a", lambda: b"made again") == bytes(5)
    assert kept.once("b", lambda: b"anew") == b"anew"


def test_one_stays_however_heavy():
    kept: Bounded[str, bytes] = Bounded(10, len)
    kept.once("small", lambda: bytes(5))
    heavy = kept.once("heavy", lambda: bytes(100))
    assert kept.once("heavy", bytes) is heavy
    assert kept.once("small", lambda: b"anew") == b"anew"
