"""The networks of a session, back and forth."""

from explorer.state.choices.history import KEPT, History
from resnet import ResNetSpec

A, B, C = (ResNetSpec.preset(name) for name in ("resnet18", "resnet34", "resnet50"))


def test_a_change_after_an_undo_takes_the_place_of_what_was_undone():
    history = History((A,)).changed(B).moved(-1).changed(C)
    assert (history.networks, history.now) == ((A, C), C)
    assert (history.has(-1), history.has(1)) == (True, False)


def test_no_change_is_no_step():
    assert History((A,)).changed(A) == History((A,))


def test_beyond_either_end_nothing_moves():
    assert History((A, B)).moved(-1).now == A
    assert History((A, B), 1).moved(1).now == B


def test_an_address_moves_to_the_nearest_place_that_has_its_network():
    history = History((A, B, A, C), 3)
    assert history.arrived(A) == History((A, B, A, C), 2)
    assert history.arrived(B).at == 1
    new = ResNetSpec(num_classes=7)
    assert history.moved(-1).arrived(new) == History((A, B, A, new), 3)


def test_the_first_are_forgotten():
    history = History((A,))
    for classes in range(1, KEPT + 2):
        history = history.changed(ResNetSpec(num_classes=classes))
    assert (len(history.networks), history.now.num_classes) == (KEPT, KEPT + 1)
    assert history.moved(1 - KEPT).now.num_classes == 2
