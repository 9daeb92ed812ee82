"""What no file from elsewhere may do here."""

import os
from pathlib import Path


class Trap:
    """Unpickled, it would create a file."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)
