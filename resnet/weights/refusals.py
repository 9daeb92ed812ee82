"""Why a file is not read as a checkpoint: one sentence for each reason, with what helps."""

from __future__ import annotations

import sys

from resnet.text.file_names import OF_WEIGHTS, shown_name
from resnet.text.language import mark, tr
from resnet.weights.infer_spec import CheckpointError

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


def endless(shown: str) -> CheckpointError:
    """It wraps one state dict in another."""
    return CheckpointError(
        tr(
            "“{shown}” nests one state dict in another without end. {cure}",
            shown=shown,
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


def several_networks(shown: str) -> CheckpointError:
    """Names that differ by their prefixes alone."""
    return CheckpointError(
        tr(
            "“{shown}” holds several networks whose weights have the same names. Save one of them.",
            shown=shown,
        )
    )
