"""What the operator of a server allows: one value, read from the environment when it is asked for.

`RESNET_EXPLORER_CLASS=1` takes what suits a class of thirty; a variable for each limit, such as
`RESNET_EXPLORER_PHOTOGRAPH_BYTES=10MB`, changes that one alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

PREFIX = "RESNET_EXPLORER_"
CLASS, SESSION = f"{PREFIX}CLASS", f"{PREFIX}SESSION"
MB, GB = 1 << 20, 1 << 30  # as Streamlit's uploaders count them
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(MB|GB)?", re.IGNORECASE)
_UNITS = {None: 1, "MB": MB, "GB": GB}
_SWITCH = {"1": True, "on": True, "true": True, "0": False, "off": False, "false": False}


class LimitsError(ValueError):
    """A variable of the environment that says nothing which can be meant: one line."""


def _switch(said: str) -> bool:
    """on or off"""
    return _SWITCH[said.lower()]


def _bytes(said: str) -> int:
    """a number of bytes, as 25MB or 1.5GB"""
    number, unit = _SIZE.fullmatch(said).groups()  # type: ignore[union-attr]
    return _whole(str(int(float(number) * _UNITS[unit and unit.upper()])))


def _whole(said: str) -> int:
    """a whole number, 1 or more"""
    number = int(said)
    if number < 1:
        raise ValueError
    return number


def _names(said: str) -> frozenset[str] | None:
    """on, off, or names with commas between them, as resnet50,cifar10"""
    if said.lower() in _SWITCH:
        return None if _switch(said) else frozenset()
    if not re.fullmatch(r"[\w.-]+(\s*,\s*[\w.-]+)*", said):
        raise ValueError
    return frozenset(re.split(r"\s*,\s*", said))


def _file(said: str) -> str:
    """a file that is there"""
    if not Path(said).is_file():
        raise ValueError
    return str(Path(said).resolve())


def _limit(read: Callable[[str], Any], alone: Any, in_class: Any) -> Any:
    """A limit: how its variable is read, and what holds where nothing is said."""
    return field(default=alone, metadata={"read": read, "class": in_class})


def _folder(said: str) -> str:
    """a folder that is there"""
    if not Path(said).is_dir():
        raise ValueError
    return str(Path(said).resolve())


@dataclass(frozen=True)
class Limits:
    """What visitors may ask of the server, as one alone has it unless something else is said.

    `downloads` are the names of models and data sets that they may fetch, None where all;
    `photograph_bytes` and `checkpoint_bytes` bound one upload, `visitor_bytes` and `all_bytes` what
    the server keeps of one visitor's and of everybody's. In memory it holds `answer_bytes` of each
    visitor's answers and `model_bytes` of models; a worker process has `worker_bytes` of memory and
    `worker_seconds`, and there are at most `workers`. `folders` says whether messages may name the
    server's. `audits` is the folder below which audits are opened and begun, and the images that
    they are of; nothing else of the server's is read. `begin_audits` says whether visitors may
    begin and stop them. `session` is a file that the app saved, which whoever comes without an
    address opens.
    """

    downloads: frozenset[str] | None = _limit(_names, None, frozenset())
    photograph_bytes: int = _limit(_bytes, 25 * MB, 15 * MB)
    checkpoint_bytes: int = _limit(_bytes, 1 * GB, 250 * MB)
    visitor_bytes: int = _limit(_bytes, 2 * GB, 400 * MB)
    all_bytes: int = _limit(_bytes, 8 * GB, 4 * GB)
    answer_bytes: int = _limit(_bytes, 256 * MB, 64 * MB)
    model_bytes: int = _limit(_bytes, 2 * GB, 1 * GB)
    worker_bytes: int = _limit(_bytes, 8 * GB, 3 * GB)
    worker_seconds: int = _limit(_whole, 3600, 600)
    workers: int = _limit(_whole, 2, 2)
    folders: bool = _limit(_switch, True, False)
    audits: str = _limit(_folder, "", "")
    begin_audits: bool = _limit(_switch, True, False)
    session: str = _limit(_file, "", "")

    def may_download(self, name: str) -> bool:
        """Whether visitors may fetch it: `name`, or the builder that its name begins with."""
        return self.downloads is None or bool({name, name.partition(".")[0]} & self.downloads)


def limits_in(environment: Mapping[str, str]) -> Limits:
    """The limits that an environment says.

    Raises `LimitsError` for a value that cannot be read, or a name that is not one of a limit.
    """
    said = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}
    in_class = _read(CLASS, _switch, said.pop(CLASS, "off"))
    known = {f"{PREFIX}{limit.name.upper()}": limit for limit in fields(Limits)}
    for name in said.keys() - known.keys():
        raise LimitsError(f"There is no {name}; there are {', '.join([CLASS, *known])}.")
    values = {limit.name: limit.metadata["class"] for limit in fields(Limits) if in_class}
    values |= {
        known[name].name: _read(name, known[name].metadata["read"], value)
        for name, value in said.items()
    }
    return Limits(**values)


def _read(name: str, read: Callable[[str], Any], said: str) -> Any:
    try:
        return read(said)
    except (ValueError, LookupError, ArithmeticError, AttributeError):
        raise LimitsError(f"{name} is “{said[:40]}”; it takes {read.__doc__}.") from None


@cache
def limits() -> Limits:
    """Those of this server. Raises `LimitsError`."""
    return limits_in(os.environ)
