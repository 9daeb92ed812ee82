"""Why a file is not read as a checkpoint: one sentence for each reason, with what helps."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from resnet.text.file_names import OF_WEIGHTS, shown_name
from resnet.text.language import mark, tr
from resnet.weights.reading.infer_spec import CheckpointError


class SeveralNetworks(CheckpointError):  # noqa: N818
    """A file with more than one network: `choices` are their names, of which one can be said."""

    def __init__(self, message: str, choices: tuple[str, ...]):
        super().__init__(message, choices)
        self.choices = choices

    def __str__(self) -> str:
        return str(self.args[0])


_CURE = mark("Weights are data: save model.state_dict(), best as .safetensors.")


def of_no_kind(shown: str) -> CheckpointError:
    """Its name ends in nothing that is read."""
    return CheckpointError(
        tr(
            "“{shown}” is of no kind that is read here; checkpoints end in {suffixes}.",
            shown=shown,
            suffixes=", ".join(OF_WEIGHTS),
        )
    )


def empty(shown: str) -> CheckpointError:
    """It has no bytes."""
    return CheckpointError(
        tr("“{shown}” is empty (0 bytes). Copy or download it again.", shown=shown)
    )


def unopenable(shown: str, error: OSError) -> CheckpointError:
    """The system does not hand it out."""
    return CheckpointError(
        tr("“{shown}” cannot be opened: {reason}.", shown=shown, reason=error.strerror)
    )


def alien(shown: str) -> CheckpointError:
    """It is something else."""
    return CheckpointError(
        tr(
            "“{shown}” is not a checkpoint, whatever its name says. Choose a file that "
            "torch.save or safetensors wrote.",
            shown=shown,
        )
    )


def damaged(shown: str) -> CheckpointError:
    """It is less than it was."""
    return CheckpointError(
        tr("“{shown}” is damaged or cut off. Copy or download it again.", shown=shown)
    )


def reserving(shown: str, what: str) -> CheckpointError:
    """It would take more memory than its tensors fill."""
    return CheckpointError(
        tr(
            "“{shown}” asks for memory that its tensors do not fill ({what}), so it was not "
            "opened. {cure}",
            shown=shown,
            what=shown_name(what),
            cure=tr(_CURE),
        )
    )


def calling(shown: str, called: str) -> CheckpointError:
    """It names or calls what no state dict needs: the class of a model, or anything else."""
    root, last = called.split(".")[0], called.rpartition(".")[2]
    called = shown_name(called)
    if last[:1].isupper() and root not in {*sys.stdlib_module_names, "numpy"}:
        return CheckpointError(
            tr(
                "“{shown}” is a whole pickled model ({called}), which is code; it was not opened. "
                "{cure}",
                shown=shown,
                called=called,
                cure=tr(_CURE),
            )
        )
    return CheckpointError(
        tr(
            "“{shown}” would run code when opened (it calls {called}), so it was not. {cure}",
            shown=shown,
            called=called,
            cure=tr(_CURE),
        )
    )


def no_state_dict(shown: str, content: object) -> CheckpointError:
    """It holds something else."""
    return CheckpointError(
        tr(
            "“{shown}” holds a {kind}, no state dict. {cure}",
            shown=shown,
            kind=type(content).__name__,
            cure=tr(_CURE),
        )
    )


def no_tensors(shown: str) -> CheckpointError:
    """Its state dict has none."""
    return CheckpointError(
        tr("“{shown}” holds no tensors under any name. {cure}", shown=shown, cure=tr(_CURE))
    )


def no_plain_tensor(shown: str, key: str) -> CheckpointError:
    """One of them does not hold the numbers that it claims."""
    return CheckpointError(
        tr(
            "“{shown}” holds {key} in a form (sparse, quantised, repeated) that is "
            "not read here. Save it as a plain tensor.",
            shown=shown,
            key=shown_name(key),
        )
    )


def no_folder(shown: str, files: Sequence[str]) -> CheckpointError:
    """A zip with no file of weights, or with several."""
    if files:
        return CheckpointError(
            tr(
                "“{shown}” holds several files of weights ({files}). Pack one of them.",
                shown=shown,
                files=_listed(files),
            )
        )
    return CheckpointError(
        tr(
            "“{shown}” holds no file of weights. Pack a folder that has model.safetensors or "
            "pytorch_model.bin.",
            shown=shown,
        )
    )


def same_names(shown: str) -> CheckpointError:
    """Two of its tensors come by one name."""
    return CheckpointError(
        tr(
            "“{shown}” holds several networks whose weights have the same names. Save one of them.",
            shown=shown,
        )
    )


def several_networks(shown: str, names: tuple[str, ...]) -> SeveralNetworks:
    """More than one, as raw weights beside their moving average."""
    return SeveralNetworks(
        tr(
            "“{shown}” holds {n} networks: {names}. Say which is meant (--part).",
            shown=shown,
            n=len(names),
            names=_listed(names),
        ),
        names,
    )


def no_such_network(shown: str, part: str, names: tuple[str, ...]) -> SeveralNetworks:
    """One was named that it has not."""
    return SeveralNetworks(
        tr(
            "“{shown}” holds no network “{part}”; it holds {names}.",
            shown=shown,
            part=shown_name(part),
            names=_listed(names),
        ),
        names,
    )


def no_head(shown: str) -> CheckpointError:
    """It is a trunk, where logits are needed."""
    return CheckpointError(
        tr(
            "“{shown}” holds the trunk of a network and no classifier, and this needs logits. Save "
            "the network with its last linear layer.",
            shown=shown,
        )
    )


def head_of_several(shown: str, modules: Sequence[str], trunk: str) -> SeveralNetworks:
    """Its classifier is more than one linear layer."""
    return SeveralNetworks(
        tr(
            "“{shown}” has a classifier of several layers ({modules}); here it is one linear "
            "layer, of which a map of evidence is made. Its trunk can be opened without "
            "(--part {trunk}).",
            shown=shown,
            modules=_listed(modules),
            trunk=shown_name(trunk),
        ),
        (trunk,),
    )


def more_than_a_network(shown: str, key: str) -> CheckpointError:
    """It has weights beside the network that may change its answers."""
    return CheckpointError(
        tr(
            "“{shown}” holds {key} beside a residual network, and what it does to an answer is not "
            "known. Save the network alone.",
            shown=shown,
            key=shown_name(key),
        )
    )


def of_dialect(shown: str, why: str) -> CheckpointError:
    """Its names are known, and no network here is theirs."""
    return CheckpointError(tr("“{shown}” is not read. {why}", shown=shown, why=tr(why)))


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(shown_name(name) for name in names[:4])
    return some if len(names) <= 4 else f"{some}, …"
