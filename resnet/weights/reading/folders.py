"""A folder of weights as a zip, as Hugging Face's and timm's: its weights, and its config.json."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple
from zipfile import ZipFile, ZipInfo

from resnet.text.file_names import OF_WEIGHTS
from resnet.weights.given.configured import MOST_BYTES, NAME
from resnet.weights.reading import refusals
from resnet.weights.reading.infer_spec import CheckpointError


class Folder(NamedTuple):
    """The file of weights in a zip, its name there, and the configuration beside it."""

    name: str
    data: bytes
    config: bytes | None


def read_folder(stream: BinaryIO, size: int, shown: str) -> Folder:
    """What a zip of a folder holds. Of several files of weights, safetensors.

    Nothing is written anywhere. Raises `CheckpointError`.
    """
    try:
        with ZipFile(stream) as archive:
            weights = _weights(archive.infolist(), shown)
            if weights.file_size > 2 * size:  # weights hardly compress: a bomb
                raise refusals.damaged(shown)
            config = _beside(weights, archive.infolist())
            return Folder(
                weights.filename, archive.read(weights), archive.read(config) if config else None
            )
    except CheckpointError:
        raise
    except Exception:  # a damaged directory, and a member, raise more than BadZipFile
        raise refusals.damaged(shown) from None


def _weights(members: list[ZipInfo], shown: str) -> ZipInfo:
    endings = tuple(ending for ending in OF_WEIGHTS if ending != ".zip")
    files = [member for member in members if member.filename.lower().endswith(endings)]
    safe = [member for member in files if member.filename.lower().endswith(".safetensors")]
    if len(safe or files) != 1:
        raise refusals.no_folder(shown, [member.filename for member in safe or files])
    return (safe or files)[0]


def _beside(weights: ZipInfo, members: list[ZipInfo]) -> ZipInfo | None:
    name = weights.filename.rpartition("/")[0]
    path = f"{name}/{NAME}" if name else NAME
    found = (member for member in members if member.filename == path)
    return next((member for member in found if member.file_size <= MOST_BYTES), None)
