"""Networks by their name on the Hugging Face hub: config.json and weights, kept in its own cache.

`huggingface_hub` is optional; it asks HF_ENDPOINT where that is set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from resnet import extras
from resnet.fetch.download import DownloadError, Received, download
from resnet.text.file_names import shown_words
from resnet.text.language import mark, tr

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # the first that is there
_CONFIG = "config.json"
_NAME = re.compile(r"(?:hf[-_]hub:([\w.-]+/[\w.-]+)|(timm/[\w.-]+))(?:@([\w./-]+))?")
_PATIENCE = 15.0  # seconds for an answer


class HubName(NamedTuple):
    """A repository of the hub, and its branch, tag or commit where one is said."""

    repository: str
    revision: str | None


def hub_name(name: str) -> HubName | None:
    """What `hf-hub:owner/name`, `timm/name` or either with `@revision` names; None for others."""
    found = _NAME.fullmatch(name)
    return HubName(found[1] or found[2], found[3]) if found else None


class Remote(NamedTuple):
    """A file on the hub: its name, address and bytes, and its SHA-256 where the hub says it."""

    file: str
    url: str
    bytes: int
    sha256: str


def remotes(name: str) -> tuple[Remote, ...]:
    """What a stranger may have of a name: the weights, and config.json where there is one.

    The hub is asked as anybody would ask it, without the token of whoever runs this. Raises
    `DownloadError`.
    """
    every = (_remote(name, file) for file in (*WEIGHTS, _CONFIG))
    found = {each.file: each for each in every if each is not None}
    weights = next((found[file] for file in WEIGHTS if file in found), None)
    if weights is None:
        raise _none_there(name)
    return (weights, *(found[file] for file in (_CONFIG,) if file in found))


def fetched(remote: Remote, folder: Path) -> Iterator[Received]:
    """Fetch one file into a folder, no larger than the hub said. Raises `DownloadError`."""
    try:
        for received in download(remote.url, folder / remote.file, remote.sha256, instead=_GIVEN):
            if max(received.done, received.total or 0) > remote.bytes:
                raise DownloadError(tr("{file} is larger than the hub said.", file=remote.file))
            yield received
    except DownloadError as error:
        raise DownloadError(str(error)) from None  # and not where in that folder it would go


def _remote(name: str, file: str) -> Remote | None:
    found = _metadata(name, file, token=False, instead=_GIVEN)
    if found is None:
        return None
    etag = found.etag or ""
    hashed = etag if re.fullmatch("[0-9a-f]{64}", etag) else ""  # else it is git's
    return Remote(file, _url(name, file), found.size or 0, hashed)


def snapshot(name: str, offline: bool = False) -> Path:
    """The file of weights of a name on the hub, with the config.json of that network beside it.

    What the hub's own cache holds is taken as it is; `offline`, nothing else. Raises
    `DownloadError` where the file cannot be had, and `MissingExtra` without huggingface_hub.
    """
    return here(name) or _fetched(name, offline)


def here(name: str) -> Path | None:
    """The file of weights, if the cache holds it."""
    with extras.named():
        from huggingface_hub import try_to_load_from_cache
    repository, revision = _named(name)
    found = (try_to_load_from_cache(repository, file, revision=revision) for file in WEIGHTS)
    return next((Path(path) for path in found if isinstance(path, str)), None)


def offered(name: str) -> tuple[str, int]:
    """The file of weights that the hub has by that name, and its bytes. Raises `DownloadError`."""
    sizes = ((file, _size(name, file)) for file in WEIGHTS)
    found = next(((file, size) for file, size in sizes if size is not None), None)
    if found is None:
        raise _none_there(name)
    return found


def _none_there(name: str) -> DownloadError:
    return DownloadError(
        tr(
            "“{name}” holds neither {first} nor {second}: nothing there is read here.",
            name=shown_words(name),
            first=WEIGHTS[0],
            second=WEIGHTS[1],
        )
    )


def _fetched(name: str, offline: bool) -> Path:
    from huggingface_hub import hf_hub_download

    with _failing(name):
        if offline:
            raise FileNotFoundError(ENOENT, tr("it is not here"))
    weights, _ = offered(name)
    files = [_CONFIG, weights] if _size(name, _CONFIG) is not None else [weights]
    with _failing(name):
        paths = [hf_hub_download(**_where(name, file), etag_timeout=_PATIENCE) for file in files]
    return Path(paths[-1])


def _size(name: str, file: str) -> int | None:
    """Bytes of a file on the hub, asked once; None where the repository has no such file."""
    found = _metadata(name, file, token=None, instead=_FOLDER)
    return None if found is None else found.size or 0


def _metadata(name: str, file: str, token: bool | None, instead: str) -> HfFileMetadata | None:
    """What the hub says of a file; None where the repository has no such file.

    `token` is None where that of whoever runs this may be used.
    """
    with extras.named():
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.errors import RemoteEntryNotFoundError
    with _failing(name, instead):
        try:
            return get_hf_file_metadata(_url(name, file), timeout=_PATIENCE, token=token)
        except RemoteEntryNotFoundError:
            return None


def _url(name: str, file: str) -> str:
    from huggingface_hub import hf_hub_url

    return hf_hub_url(**_where(name, file))


def _named(name: str) -> HubName:
    named = hub_name(name)
    assert named is not None, f"{name} is on no hub"
    return named


def _where(name: str, file: str) -> dict[str, Any]:
    repository, revision = _named(name)
    endpoint = os.environ.get("HF_ENDPOINT") or None
    return {"repo_id": repository, "filename": file, "revision": revision, "endpoint": endpoint}


_FOLDER = mark("copy config.json and model.safetensors from it into a folder, and name that folder")
_GIVEN = mark(
    "get model.safetensors and config.json of it in another way, and give them in the sidebar: as "
    "your own checkpoint, and as its class names"
)


@contextmanager
def _failing(name: str, instead: str = _FOLDER) -> Iterator[None]:
    """Say it in one sentence where the hub has it not, or cannot be reached."""
    from huggingface_hub import errors

    shown = shown_words(name)
    try:
        yield
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise DownloadError(
            tr("The hub has no “{name}”, or shows it to its owners alone.", name=shown)
        ) from error
    except Exception as error:  # the network's, the hub's or the disk's, of many classes
        raise DownloadError(
            tr(
                "“{name}” cannot be had from the Hugging Face hub ({cause}). Without a network, "
                "{instead}.",
                name=shown,
                cause=_cause(error),
                instead=tr(instead),
            )
        ) from error


def _cause(error: Exception) -> str:
    """What ended it, without the folders and addresses that the hub's sentences have."""
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, HfHubHTTPError):
        return tr("the server answered {code}", code=error.response.status_code)
    said = error.strerror if isinstance(error, OSError) else error
    return shown_words(said or type(error).__name__)
