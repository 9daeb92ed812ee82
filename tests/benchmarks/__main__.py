"""`make bench`: every claim about speed, measured side by side; exit status 1 if one fails."""

import sys

import torch

from tests.benchmarks import counting, maps, memory, pages

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
sys.exit(0 if all([counting.main(), maps.main(), memory.main(), pages.main()]) else 1)
