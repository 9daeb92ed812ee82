"""Hostile input, by the thousand: `python -m tests.fuzz KIND --cases N --seed S`.

Each case has to end in a result or in one sentence of an error of the project's own, within the
limits of `limits.py`. A kind is a module with its `NAME`, `ENDS` (those errors), `corpus()` (small
cases made by hand), `cases()` (a strategy of Hypothesis for the others), `ready()` (what is loaded
once, before memory is measured) and `run(case)`. A case is a dictionary of what JSON can hold, and
bytes.
"""

KINDS = ("images", "checkpoints", "labels", "bundles", "sessions", "addresses", "arguments")
