"""The Attention page's choices."""

from __future__ import annotations

from explorer.state.choices.page_choices import Page
from resnet.fetch.bundled import MODEL

ATTENTION = Page(
    "attention",
    {
        "model": MODEL,
        "checkpoint": "",
        "hub": "",
        "labels": "",
        "names": "",
        "sample": "2",
        "photo": "",
        "target": "",
        "layer": "",
        "panel": "",
        "method": "gradcam",
        "signs": "both",
        "colours": "signed",
        "threshold": "0",
        "placement": "receptive-field",
        "opacity": "75",
        "top": "5",
        "other": "",
        "second": "",
        "same_classes": "",
        "second_labels": "",
        "second_names": "",
        "second_normalise": "",
        "second_mean": "",
        "second_std": "",
        "second_resize": "",
        "second_crop": "",
        "second_interpolation": "",
        "second_read_as": "",
        "second_part": "",
        "inputs": "saliency,guided,guided-gradcam",
        "trusted": "gradcam",
        "missing": "grey",
        "device": "",
        "precision": "fp32",
        "normalise": "",
        "mean": "",
        "std": "",
        "resize": "",
        "crop": "",
        "interpolation": "",
        "read_as": "",
        "part": "",
        "block": "",
        "off": "",
        "drop": "logit",
        "sweep": "",
        "edit": "blur",
        "box": "30,30,40,40",
        "shown": "red",
        "words": "Sample",
        "turn": "90",
        "kept": "",
        "bench": "photographs",
        "order": "",
        "reverse": "",
        "only": "",
        "truth": "",
        "true_class": "",
        "said_class": "",
        "least": "",
        "most": "",
        "region": "",
        "sheet": "0",
        "heats": "1",
    },
    forgets={
        "model": (
            *("target", "other", "block", "off", "sweep", "same_classes", "hub"),
            *("true_class", "said_class", "least", "most", "sheet"),
        ),
        "checkpoint": (
            "target",
            "other",
            "block",
            "off",
            "sweep",
            "same_classes",
            "read_as",
            "part",
            "names",
            "hub",
            *("true_class", "said_class", "least", "most", "sheet"),
        ),
        "second": ("same_classes", "second_read_as", "second_part", "second_names"),
        "labels": ("target", "other", "true_class", "said_class"),
        "order": ("least", "most", "reverse", "sheet"),
        "reverse": ("sheet",),
        "only": ("sheet",),
        "truth": ("sheet",),
        "true_class": ("sheet",),
        "said_class": ("sheet",),
        "least": ("sheet",),
        "most": ("sheet",),
        "sample": ("target", "other", "sweep"),
        "photo": ("target", "other", "sweep"),
    },
)


def write() -> None:
    """Put the model, and every choice that is not the usual one, into the address.

    A checkpoint of the visitor's own stands in it by name and hash, and no other model.
    """
    own = ATTENTION.asked("checkpoint")
    ATTENTION.write({"checkpoint": own} if own else {"model": ATTENTION.asked("model")})


def show_model(name: str) -> None:
    """Ask a model of the catalogue."""
    ATTENTION.ask("model", name)
    ATTENTION.ask("checkpoint", "")


def show_sample(number: str) -> None:
    """Look at a drawn sample."""
    ATTENTION.ask("sample", number)
    ATTENTION.ask("photo", "")
