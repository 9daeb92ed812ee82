"""A long computation's bar: how much is done, and how long the rest takes at that rate."""

from streamlit.testing.v1 import AppTest

from tests.explorer.pages import PATIENCE


def _half_way() -> None:
    from explorer.resources import jobs
    from resnet.model.progress import Progress

    def steps():
        yield Progress(0, 20)
        yield Progress(5, 20)
        raise InterruptedError

    ticks = iter((100.0, 100.0, 104.0))
    jobs.monotonic = lambda: next(ticks)
    jobs.run("maps", ("half way",), steps)


def test_the_bar_tells_how_long_the_rest_takes(monkeypatch):
    from explorer.resources import jobs

    monkeypatch.setattr(jobs, "monotonic", jobs.monotonic)  # put back what the page changes
    app = AppTest.from_function(_half_way, default_timeout=PATIENCE).run()
    (bar,) = app.get("progress")
    assert bar.proto.text == "5 of 20 maps, about 13 s left"
    assert bar.proto.value == 25
    assert [button.label for button in app.button] == ["Stop"]
