"""One writer at a time: others are told, and nothing is left of it but what was meant."""

from threading import Thread

import pytest

from resnet.fetch.one_writer import Busy, writing, written


def test_what_is_written_is_moved_by_its_writer_and_nothing_else_stays(tmp_path):
    path = tmp_path / "net.pth"
    with writing(path) as part:
        part.write_bytes(b"12345")
        assert written(path) == 5
        part.replace(path)
    assert [p.name for p in tmp_path.iterdir()] == ["net.pth"]
    assert written(path) == 0


def test_a_second_writer_is_told_and_the_first_goes_on(tmp_path):
    path = tmp_path / "net.pth"
    with writing(path) as part:
        part.write_bytes(b"1")
        with pytest.raises(Busy), writing(path):
            pass
        assert written(path) == 1
    with writing(path):
        pass
    assert not [*tmp_path.iterdir()]


def test_a_generator_that_ends_in_another_thread_lets_go(tmp_path):
    path = tmp_path / "net.pth"

    def steps():
        with writing(path) as part:
            part.write_bytes(b"1")
            yield

    running = steps()
    next(running)
    ending = Thread(target=running.close)
    ending.start()
    ending.join()
    with writing(path):
        pass


def test_a_folder_is_written_and_taken_away_alike(tmp_path):
    path = tmp_path / "cifar-10-batches-py"
    with writing(path) as part:
        (part / "inner").mkdir(parents=True)
        (part / "inner" / "file").write_text("x")
    assert not [*tmp_path.iterdir()]


def test_what_the_dead_left_is_taken_away_through_no_link(tmp_path):
    """A part may be a link that somebody has put there; what it names is another's."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "file").write_text("x")
    for name in ("dead.pth", "net.pth"):
        (tmp_path / f"{name}.lock").write_text("")
        (tmp_path / f"{name}.part").symlink_to(tmp_path / "own", target_is_directory=True)
    with writing(tmp_path / "net.pth"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["own"]
    assert (tmp_path / "own" / "file").read_text() == "x"
