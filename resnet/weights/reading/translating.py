"""From the tensors of a file to torchvision's names: which network, which dialect, what is aside.

Nothing is left out in silence. A tensor outside the network is one that no answer depends on, by
its name, or the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from resnet.network.fields.rules import SpecError
from resnet.network.spec import ResNetSpec
from resnet.text.file_names import shown_name
from resnet.text.language import later, mark, tr
from resnet.weights.given.assumptions import Assumed, Choice
from resnet.weights.reading import refusals
from resnet.weights.reading.dialects import DIALECTS, Dialect
from resnet.weights.reading.infer_spec import CheckpointError

TRUNK = "trunk"  # asks for a network of a file without its classifier
_NO_DIALECT = Dialect("", ())
Nests = Mapping[str, Mapping[str, Tensor]]  # every mapping of tensors in a file, by its path in it

_PREFIXES = re.compile(r"^((module|model|backbone|_orig_mod)\.)+")  # of other families' networks
_ASIDE = re.compile(r"(.*[._])?(loss\w*|criterion|metrics?|acc|accuracy|n_averaged)([._].*)?")
_ALONE = mark("nothing beside the linear layer {name} changes the logits (a Dropout does not)")
_UNBIASED = mark("a classifier without bias: its biases are taken as 0")
_HEAD = mark("Classifier")
_NO_CODE = mark("weights do not say what is done without any")
_PARTS = re.compile(r"\.(weight|bias|running_mean|running_var|num_batches_tracked)$")


@dataclass(frozen=True)
class Translation:
    """A network of a file under torchvision's names, and how it got there.

    `network` is the path and prefix of it in the file, `spoken` the dialect of its names, which may
    be none. `names` are the file's keys and ours, `aside` keys that no answer depends on, and
    `assumed` what names left open. A `trunk` has no classifier. `config` is the config.json of a
    folder.
    """

    state: dict[str, Tensor]
    network: str = ""
    spoken: Dialect = _NO_DIALECT
    names: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    trunk: bool = False
    config: bytes | None = None

    def said_of(self, spec: ResNetSpec) -> ResNetSpec:
        """The spec that shapes tell, with what the dialect says of it."""
        fields, seeming = self.spoken.fields, self.spoken.seeming
        if seeming and _with(seeming, spec) == spec:
            fields = self.spoken.meant
        return _with(fields, spec)

    @property
    def dialect(self) -> str:
        """What the dialect is called; empty where none is spoken."""
        return self.spoken.title


@dataclass(frozen=True)
class _Found:
    """A network in a file: the mapping that holds it, and the prefix and dialect of its keys."""

    nest: Mapping[str, Tensor]
    root: str
    dialect: Dialect


def translated(nests: Nests, shown: str, network: str | None = None) -> Translation:
    """The network of a file, or the one of that name where there are several.

    "trunk", or "NAME.trunk", is one without its classifier. Where no dialect is spoken, the file's
    largest mapping, less usual prefixes. Raises `SeveralNetworks`, and `CheckpointError` where
    weights of one network are not known.
    """
    found = dict(_networks(nests))
    if not found:
        return _of_no_dialect(nests, shown)
    trunk = network not in found and f".{network}".endswith(f".{TRUNK}")
    if trunk:
        network = (network or "").removesuffix(TRUNK).removesuffix(".") or None
    if network is None and len(found) > 1:
        raise refusals.several_networks(shown, tuple(found))
    name = next(iter(found)) if network is None else network
    if name not in found:
        raise refusals.no_such_network(shown, name, tuple(found))
    return _Translator(shown, name, found[name], trunk).translation()


def _networks(nests: Nests) -> Iterator[tuple[str, _Found]]:
    """Every network that speaks a dialect, by its path and prefix in the file."""
    for path, nest in nests.items():
        roots: dict[str, Dialect] = {}
        for dialect in DIALECTS:
            for root in dialect.roots(nest):
                roots.setdefault(root, dialect)
        for root, dialect in roots.items():
            name = ".".join(part for part in (path, root.removesuffix(".")) if part)
            yield name, _Found(nest, root, dialect)


def torchvision_shapes(nests: Nests) -> dict[str, tuple[int, ...]]:
    """Shapes in a file by torchvision's names, as far as these are known; nothing is refused."""
    found = next((found for _, found in _networks(nests)), None)
    if found is None:
        return {key: tuple(tensor.shape) for key, tensor in max(nests.values(), key=len).items()}
    root, dialect = found.root, found.dialect
    return {
        dialect.torchvision_name(key.removeprefix(root)): tuple(tensor.shape)
        for key, tensor in found.nest.items()
    }


def _of_no_dialect(nests: Nests, shown: str) -> Translation:
    nest = max(nests.values(), key=len)
    names = {key: _PREFIXES.sub("", key) for key in nest}
    return Translation(_renamed(nest, names, shown), names=names)


def _renamed(nest: Mapping[str, Tensor], names: Mapping[str, str], shown: str) -> dict[str, Tensor]:
    renamed = {name: nest[key] for key, name in names.items()}
    if len(renamed) < len(names):
        raise refusals.same_names(shown)
    return renamed


@dataclass(frozen=True)
class _Translator:
    shown: str
    name: str
    found: _Found
    trunk: bool

    def translation(self) -> Translation:
        """The network's. Raises `CheckpointError`."""
        dialect, nest = self.found.dialect, self.found.nest
        if dialect.refused:
            raise refusals.of_dialect(self.shown, dialect.refused)
        head = self._head()
        names = {key: self._name(key, head) for key in nest if self._is_part(key, head)}
        aside = tuple(key for key in nest if key not in names)
        self._check_aside(aside)
        state = _renamed(nest, names, self.shown)
        assumed = (*self._about_head(head), *_complete_head(state))
        return Translation(state, self.name, dialect, names, aside, assumed, trunk=not head)

    def _is_part(self, key: str, head: str) -> bool:
        if self._in_head(key):
            return _PARTS.sub("", key) == head
        return key.startswith(self.found.root)

    def _name(self, key: str, head: str) -> str:
        if _PARTS.sub("", key) == head:
            return f"fc{key.removeprefix(head)}"
        return self.found.dialect.torchvision_name(key.removeprefix(self.found.root))

    def _head(self) -> str:
        """The one module with weights that is the classifier; empty for a trunk.

        Raises `SeveralNetworks` where it has several layers: the trunk can be had without.
        """
        modules = sorted({_PARTS.sub("", key) for key in self.found.nest if self._in_head(key)})
        if self.trunk or not modules:
            return ""
        if len(modules) > 1:
            trunk = ".".join(part for part in (self.name, TRUNK) if part)
            raise refusals.head_of_several(self.shown, modules, trunk)
        return modules[0]

    def _in_head(self, key: str) -> bool:
        """Whether its module is the classifier's, beside the trunk or beside what holds that."""
        module, root = _PARTS.sub("", key), self.found.root
        inside = key.startswith(root)
        if inside and self.found.dialect.torchvision_name(
            key.removeprefix(root)
        ) != key.removeprefix(root):
            return False
        return any(
            module.startswith(before)
            and re.fullmatch(self.found.dialect.head, module[len(before) :])
            for before in _ancestors(root)
        )

    def _check_aside(self, keys: Iterable[str]) -> None:
        """Raise `CheckpointError` for a tensor that answers may depend on."""
        strange = next((key for key in keys if not self._is_aside(key)), None)
        if strange is not None:
            raise refusals.more_than_a_network(self.shown, strange)

    def _is_aside(self, key: str) -> bool:
        if not self.found.nest[key].is_floating_point() or _ASIDE.fullmatch(key):
            return True
        return self.trunk and self._in_head(key)

    def _about_head(self, head: str) -> Iterator[Assumed]:
        if re.search(r"\.\d+$", head):
            yield _assumed(_ALONE, name=shown_name(head))


def _with(fields: str, spec: ResNetSpec) -> ResNetSpec:
    """The spec with these fields of a link. Raises `CheckpointError` where that cannot be."""
    try:
        return Choice(fields, later("")).of(spec)
    except SpecError as error:
        raise CheckpointError(
            tr("No network here has weights of these shapes: {error}", error=error)
        ) from None


def _ancestors(root: str) -> Iterator[str]:
    """A prefix and every one that holds it: "a.b.", "a.", ""."""
    yield root
    while root:
        root = root.removesuffix(".").rpartition(".")[0]
        root += "." if root else ""
        yield root


def _complete_head(state: dict[str, Tensor]) -> Iterator[Assumed]:
    """Make the classifier a linear layer with a bias; what had to be said of that."""
    weight = state.get("fc.weight")
    if weight is None:
        return
    if weight.ndim == 4 and weight.shape[2:] == (1, 1):
        state["fc.weight"] = weight.flatten(1)  # timm's resnetv2 has a 1×1 convolution there
    if "fc.bias" not in state:
        state["fc.bias"] = torch.zeros(weight.shape[:1], dtype=weight.dtype, device=weight.device)
        yield _assumed(_UNBIASED)


def _assumed(words: str, **named: object) -> Assumed:
    return Assumed("head", _HEAD, Choice("", later(words, **named)), (), later(_NO_CODE))
