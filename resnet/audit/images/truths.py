"""What is said to be true of images: by the folders they lie in, by their names, or in a CSV.

No torch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from string import digits
from typing import NamedTuple

from resnet.audit.images.csv_lists import by_path
from resnet.audit.images.errors import AuditError
from resnet.text.file_names import shown_name, shown_words
from resnet.text.language import tr

BY = ("folder", "name")


class _Classes:
    """The classes of a network, to be found by what people write."""

    def __init__(self, labels: Sequence[str]):
        self._count = len(labels)
        every = reversed([*enumerate(labels)])  # two may share a label, as ImageNet's cranes do
        self._by_label = {_plain(label): index for index, label in every}

    def labelled(self, word: str) -> int | None:
        """The first class of this label, whatever its case and its spaces."""
        return self._by_label.get(_plain(word))

    def named(self, word: str) -> int | None:
        """The class of this label, or of this index."""
        found = self.labelled(word)
        if found is None and re.fullmatch("[0-9]{1,6}", word) and int(word) < self._count:
            return int(word)
        return found

    def begun(self, word: str) -> int | None:
        """The class whose label it is, or is but for a number that a camera or a script adds."""
        found = self.labelled(word)
        return self.labelled(_lettered(_lettered(word).rstrip(digits))) if found is None else found


class _Read(NamedTuple):
    """The word of a path that may name a class, and the class that it names."""

    word: Callable[[PurePosixPath], str]
    find: Callable[[_Classes, str], int | None]


def truths(paths: Sequence[str], labels: Sequence[str], by: str) -> list[int | None]:
    """The class of each image, by the folder that holds it or by the words its name begins with.

    A folder is a label, whatever its case and its spaces, or an index; a name must begin with a
    label, since cameras number their files. Where no folder is either, and there are as many as
    classes, they are the classes in sorted order, as ImageNet's are and as torchvision's
    ImageFolder reads them. None where nothing is found.
    """
    read, classes = _READ[by], _Classes(labels)
    words = [read.word(PurePosixPath(path)) for path in paths]
    known = {word: read.find(classes, word) for word in {*words}}
    silent = "" not in known and all(index is None for index in known.values())
    if by == "folder" and silent and len(known) == len(labels):
        known = {word: number for number, word in enumerate(sorted(known))}
    return [known[word] for word in words]


def usual(paths: Sequence[str], labels: Sequence[str]) -> str:
    """The way of `BY` that tells most images' truths; none ("") where neither tells any."""
    told = {by: sum(one is not None for one in truths(paths, labels, by)) for by in BY}
    best = max(told, key=told.__getitem__)
    return best if told[best] else ""


def in_csv(data: bytes, name: str, labels: Sequence[str]) -> Mapping[str, int]:
    """Classes by path, from untrusted bytes: a header of `path` and `truth`, then a line an image.

    A truth is a label or an index. Raises `AuditError`.
    """
    classes, shown = _Classes(labels), shown_name(name)
    return by_path(data, name, ["truth"], lambda line: _named(line["truth"], classes, shown))


def _named(word: str, classes: _Classes, shown: str) -> int:
    index = classes.named(word.strip())
    if index is None:
        raise AuditError(
            tr(
                "“{shown}” names a truth that is no class: {word}. Write a label or an index.",
                shown=shown,
                word=shown_words(word),
            )
        )
    return index


def _lettered(word: str) -> str:
    """Without signs at its end."""
    ends = (end for end in range(len(word), 0, -1) if word[end - 1].isalnum())
    return word[: next(ends, 0)]


def _plain(words: str) -> str:
    return " ".join(re.split(r"[\W_]+", words.casefold())).strip()


_READ: Mapping[str, _Read] = {
    "folder": _Read(lambda path: path.parent.name, _Classes.named),
    "name": _Read(lambda path: path.stem, _Classes.begun),
}
