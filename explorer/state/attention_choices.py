"""The Attention page's choices."""

from __future__ import annotations

from explorer.state.page_choices import Page

ATTENTION = Page(
    "attention",
    {
        "model": "shapes_resnet20",
        "sample": "2",
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
        "block": "",
        "off": "",
        "drop": "logit",
        "sweep": "",
    },
    forgets={
        "model": ("target", "other", "block", "off", "sweep"),
        "sample": ("target", "other", "sweep"),
    },
)


def write() -> None:
    """Put the model, and every choice that is not the usual one, into the address."""
    ATTENTION.write({"model": ATTENTION.asked("model")})
