"""`make bench`: every claim about speed, measured side by side; exit status 1 if one fails."""

import sys

import torch

from tests.benchmarks import auditing, beside, counting, maps, memory, pages

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
kept = [part.main() for part in (counting, maps, auditing, memory, pages, beside)]
sys.exit(0 if all(kept) else 1)
