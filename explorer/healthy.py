"""`python -m explorer.healthy`: exit status 0 where the server of this machine answers."""

from __future__ import annotations

import os
import sys
from urllib.request import urlopen


def healthy(port: str, path: str) -> bool:
    """Whether the app at a port, below a path, says that it is well."""
    below = f"/{path.strip('/')}" if path.strip("/") else ""
    try:
        with urlopen(f"http://127.0.0.1:{port}{below}/_stcore/health", timeout=4) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


if __name__ == "__main__":
    said = os.environ.get
    well = healthy(
        said("STREAMLIT_SERVER_PORT", "8501"), said("STREAMLIT_SERVER_BASE_URL_PATH", "")
    )
    sys.exit(0 if well else 1)
