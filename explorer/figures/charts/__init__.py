"""Charts of Plotly and Altair, one a file. May import the library."""

import pandas  # noqa: F401  (Plotly looks for it, and fails where a thread has half imported it)
