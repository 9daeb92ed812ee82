"""Files that come with the project: whatever is wrong with one is a sentence that names it."""

from weakref import WeakValueDictionary

import pytest

from explorer.resources.server import shelves
from resnet.counts import published
from resnet.experiments import registry
from resnet.fetch.bundled import AssetError
from resnet.weights import catalogue as catalogues
from tests.command_line import run
from tests.explorer.pages import page

WRONG = [None, "", "{", "[]", "{}", "null", '{"rows": []}', '{"networks": 3}']


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """A folder in which nothing is, in the place of the project's; nobody has read that yet."""
    monkeypatch.setattr(shelves, "_shared", WeakValueDictionary())
    for module, name in ((published, "FILE"), (registry, "KEPT"), (catalogues, "ASSETS")):
        there = tmp_path / "torchvision_classifiers.json" if name == "FILE" else tmp_path
        monkeypatch.setattr(module, name, there)
    for forget in (published.published.cache_clear, catalogues.catalogue.cache_clear):
        forget()
    yield tmp_path
    for forget in (published.published.cache_clear, catalogues.catalogue.cache_clear):
        forget()


@pytest.mark.parametrize("said", WRONG)
def test_published_figures_and_kept_rows_are_there_or_named(said, assets):
    readers = {
        "torchvision_classifiers.json": published.published,
        "paths.json": lambda: registry.kept_record("paths"),
    }
    for name, read in readers.items():
        if said is not None:
            (assets / name).write_text(said)
        with pytest.raises(AssetError) as refused:
            read()
        assert str(refused.value).startswith(f"The bundled file {name} is missing or damaged.")
        assert str(assets) not in str(refused.value)


def test_a_command_names_the_file(assets):
    (assets / "shapes_resnet20.json").write_text("{")
    done = run("models")
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.startswith("The bundled file shapes_resnet20.json is missing or damaged.")


@pytest.mark.parametrize(
    ("name", "file", "choices"),
    [
        ("compare", "torchvision_classifiers.json", {}),
        ("attention", "shapes_resnet20.json", {}),
        ("lessons", "paths.json", {"lesson": "paths", "hide": "prediction"}),
    ],
)
def test_a_page_names_the_file(assets, name, file, choices):
    (assets / file).write_text("{")
    app = page(name, **choices).run()
    assert not app.exception
    (error,) = app.error
    shown = error.value.replace("\\", "")
    assert shown.startswith(f"The bundled file {file} is missing or damaged.")
