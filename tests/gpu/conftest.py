"""What needs a card of NVIDIA's: skipped without one, run and timed by `make gpu`."""

import gc

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def card():
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU that torch sees")


@pytest.fixture
def filled():
    """Fill the card but for some bytes; it is empty again afterwards."""
    filling = []

    def fill(room: int = 0) -> None:
        gc.collect()
        torch.cuda.empty_cache()
        size = torch.cuda.mem_get_info()[0] - room
        while size >= 512:  # what the allocator's blocks are multiples of
            try:
                filling.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
            except torch.OutOfMemoryError:
                size //= 2
            else:
                size = 0 if room else size

    yield fill
    filling.clear()
    torch.cuda.empty_cache()
