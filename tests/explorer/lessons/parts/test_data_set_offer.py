"""A data set that is not on this machine, driven without a browser."""

from torchvision.datasets import CIFAR10

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import press


def test_it_is_offered_and_a_failure_is_one_message(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/none.tar.gz")
    app = lesson_page("degradation", learned="cifar10")
    assert "170 MB" in app.info[0].value
    assert "Run it here" not in [button.label for button in app.button]
    press(app, "Download")
    assert not app.exception
    assert len(app.error) == 1
    assert "digits and shapes" in app.error[0].value
