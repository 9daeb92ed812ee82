"""A folder of drawn scenes by class, and what is no picture beside them."""

from pathlib import Path

import pytest
from PIL import Image

from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit
from resnet.audit.running.store import Store
from resnet.model.progress import last
from resnet.training.scenes.drawn_shapes import scene


@pytest.fixture(scope="session")
def folder(tmp_path_factory, shapes) -> Path:
    """22 pictures, each of one shape, in a folder of its name, and two files that are none."""
    root = tmp_path_factory.mktemp("images")
    for seed in range(22):
        drawn = scene(10**6 + seed)
        of = root / shapes.labels[drawn.labels[0]]
        of.mkdir(exist_ok=True)
        Image.fromarray(drawn.image).save(of / f"{seed:02}.png")
    (root / "empty.jpg").write_bytes(b"")
    (root / "words.png").write_text("no picture")
    (root / "notes.txt").write_text("no image by its name")
    (root / ".hidden.png").write_text("none that is looked for")
    return root


@pytest.fixture(scope="session")
def ask(shapes):
    """Audit a folder into another by the bundled classifier, four images at once."""

    def asked(folder, out, engine=here, **said) -> Store:
        store = Store(str(out))
        question = Question(Source(str(folder)), **{"batch": 4} | said)
        last(audit(question, shapes, "shapes_resnet20", store, engine))
        return store

    return asked


@pytest.fixture(scope="session")
def done(ask, folder, tmp_path_factory) -> Store:
    """An audit that nothing interrupted."""
    return ask(folder, tmp_path_factory.mktemp("audits") / "whole")
