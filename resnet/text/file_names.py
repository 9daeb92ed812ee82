"""A stranger's file name, fit for a message."""

from __future__ import annotations


def shown_name(name: str) -> str:
    """A file's name fit for a message: the last part of its path, printable, 60 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip() or "file"
    return clean if len(clean) <= 60 else f"{clean[:40]}…{clean[-19:]}"
