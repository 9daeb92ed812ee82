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
from typing import Any, NamedTuple

from resnet import extras
from resnet.fetch.download import DownloadError
from resnet.text.file_names import shown_words
from resnet.text.language import tr

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
        raise DownloadError(
            tr(
                "“{name}” holds neither {first} nor {second}: nothing there is read here.",
                name=shown_words(name),
                first=WEIGHTS[0],
                second=WEIGHTS[1],
            )
        )
    return found


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
    with extras.named():
        from huggingface_hub import get_hf_file_metadata, hf_hub_url
        from huggingface_hub.errors import RemoteEntryNotFoundError
    with _failing(name):
        try:
            found = get_hf_file_metadata(hf_hub_url(**_where(name, file)), timeout=_PATIENCE)
        except RemoteEntryNotFoundError:
            return None
    return found.size or 0


def _named(name: str) -> HubName:
    named = hub_name(name)
    assert named is not None, f"{name} is on no hub"
    return named


def _where(name: str, file: str) -> dict[str, Any]:
    repository, revision = _named(name)
    endpoint = os.environ.get("HF_ENDPOINT") or None
    return {"repo_id": repository, "filename": file, "revision": revision, "endpoint": endpoint}


@contextmanager
def _failing(name: str) -> Iterator[None]:
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
                "copy {config} and {weights} from it into a folder, and name that folder.",
                name=shown,
                cause=_cause(error),
                config=_CONFIG,
                weights=WEIGHTS[0],
            )
        ) from error


def _cause(error: Exception) -> str:
    """What ended it, without the folders and addresses that the hub's sentences have."""
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, HfHubHTTPError):
        return tr("the server answered {code}", code=error.response.status_code)
    said = error.strerror if isinstance(error, OSError) else error
    return shown_words(said or type(error).__name__)
