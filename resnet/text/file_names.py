"""How weights and images are named, and a stranger's words and file names, fit for a message."""

from __future__ import annotations

OF_WEIGHTS = (".pth", ".pt", ".th", ".ckpt", ".bin", ".pth.tar", ".safetensors", ".zip")
OF_IMAGES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"),
    *(".heic", ".heif", ".avif"),
)


def shown_name(name: str) -> str:
    """A file's name fit for a message: the last part of its path, printable, 60 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return shown_words(last) or "file"


def shown_path(path: str) -> str:
    """The same with the folder that holds it: `cat/1.jpg`. A folder may be the file's class."""
    *_, folder, name = ["", *path.replace("\\", "/").rstrip("/").split("/")]
    shown = shown_words(folder)
    return f"{shown}/{shown_name(name)}" if shown.strip(".") else shown_name(name)


def shown_words(text: object) -> str:
    """What somebody wrote, fit for a message: printable, on one line, 60 characters."""
    clean = "".join(c for c in str(text) if c.isprintable()).strip()
    return clean if len(clean) <= 60 else f"{clean[:40]}…{clean[-19:]}"
