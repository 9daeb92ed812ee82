"""Receptive fields."""
from resnet.graph import Graph


def panel(graph: Graph) -> None:
    """Draw."""
