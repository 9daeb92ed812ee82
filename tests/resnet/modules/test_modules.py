"""Notebooks that explore a module of each library, run from beginning to end."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

BEGIN = """
import torch
from PIL import Image
from resnet import explain, explore, load_classifier, trace, ResNetSpec
from resnet.weights.given.owner_says import Given
torch.manual_seed(0)
photo = Image.effect_noise((90, 70), 80).convert("RGB")
small = Given(crop=64)
"""
CELLS = {
    "graph": 'trace(ResNetSpec.preset("resnet18"))',
    "explanation": 'explain(load_classifier("shapes_resnet20"), [photo])',
    "torchvision": """
import torchvision
explore(torchvision.models.resnet18(), [photo], [f"kind {i}" for i in range(1000)], given=small)
""",
    "timm": """
import timm
explore(timm.create_model("resnet26d", num_classes=10), photo, given=small)
""",
    "transformers": """
from transformers import ResNetConfig, ResNetForImageClassification
sizes = {"embedding_size": 8, "hidden_sizes": [32, 64, 128, 256], "depths": [1, 1, 1, 1]}
explore(ResNetForImageClassification(ResNetConfig(**sizes)), photo, given=small)
""",
}


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, str]]:
    """What each cell shows, by media type; one kernel, which takes seconds to start."""
    sources = [BEGIN, *CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [cell.outputs[-1].data for cell in notebook.cells[1:]]
    return dict(zip(CELLS, outputs, strict=True))


@pytest.mark.parametrize("name", ["graph", *list(CELLS)[2:]])
def test_a_network_shows_its_stream_and_its_counts(name, shown):
    html = shown[name]["text/html"]
    assert "data:image/svg+xml" in html
    assert "MACs" in html


@pytest.mark.parametrize("name", list(CELLS)[1:])
def test_an_answer_shows_its_map_and_its_classes(name, shown):
    html = shown[name]["text/html"]
    assert "data:image/png" in html
    assert "Grad-CAM of" in html


@pytest.mark.parametrize("name", list(CELLS)[2:])
def test_a_module_says_that_it_was_verified(name, shown):
    assert "Verified on a batch of 1" in shown[name]["text/html"]


def test_a_graph_is_a_picture_where_only_pictures_are_shown(shown):
    assert shown["graph"]["image/svg+xml"].startswith("<svg")
