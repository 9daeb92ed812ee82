"""`make bench`: every claim about speed, measured side by side, into BENCHMARKS.md.

Exit status 1 if a claim fails, or a part breaks off: the others are measured and written all the
same. With names of parts, those alone, and nothing is written.
"""

import sys
import traceback

import torch

from tests.benchmarks import (
    audit_page,
    auditing,
    beside,
    counting,
    maps,
    memory,
    pages,
    visitors_together,
)
from tests.benchmarks.timing import Growth, Section
from tests.benchmarks.written import write
from tests.conftest import ROOT

PARTS = {
    "counting": counting, "maps": maps, "auditing": auditing, "memory": memory, "pages": pages,
    "audit_page": audit_page, "beside": beside, "visitors": visitors_together,
}  # fmt: skip

print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
asked = sys.argv[1:] or [*PARTS]
found: list[Section | Growth] = []
broken: list[str] = []
for name in asked:
    try:
        for each in PARTS[name].main():
            print(each, flush=True)
            found.append(each)
    except Exception:
        traceback.print_exc()
        broken.append(name)
if not sys.argv[1:]:
    write(found, broken, ROOT / "BENCHMARKS.md", ROOT / "assets" / "benchmarks")
kept = all(each.holds for each in found if isinstance(each, Section))
sys.exit(0 if kept and not broken else 1)
