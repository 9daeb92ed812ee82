"""Audits that nobody ran: rows by the schema, drawn from a seed, written as an audit is."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image as Pictures

from resnet.audit.running.plan import FORMAT, Manifest, Model, Plan, Settings
from resnet.audit.running.rows import PICTURES, Image, failed, in_order, measured
from resnet.audit.running.store import Store
from resnet.pictures.transform import Transform

LABELS = tuple(f"class {i}" for i in range(10))
CELLS, CHANNELS = (4, 4), 16
BROKEN = 50  # each so-manieth image could not be read


def manifest(n: int, source: str = "photographs", **model) -> Manifest:
    transform = Transform(resize=64, crop=64, mean=(0.5,) * 3, std=(0.25,) * 3)
    usual = {
        "asked": "shapes_resnet20", "title": "ResNet-20", "sha256": "0" * 64, "source": "",
        "spec": "", "builder": "", "part": "", "family": "shapes", "labels": LABELS,
        "transform": transform, "layer": "layer3", "cells": CELLS,
        "placement": "receptive-field", "complete": True,
    }  # fmt: skip
    return Manifest(
        format=FORMAT,
        model=Model(**usual | model),
        settings=Settings(part=min(256, max(1, n // 4)), truth="folder"),
        images=n,
        images_sha256="",
        source=source,
        device="cpu",
        versions={},
        begun="2026-01-01T00:00:00+00:00",
    )


def columns(n: int, truths: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """What is measured of images (n,), with nine of ten answers right."""
    rng = np.random.default_rng(seed)
    classes = len(LABELS)
    logits = rng.normal(size=(n, classes)).astype(np.float32)
    hit = rng.random(n) < 0.9
    logits[np.arange(n), np.where(hit, truths, rng.integers(classes, size=n))] += 4
    odds = np.exp(logits)
    probabilities = odds / odds.sum(1, keepdims=True)
    top = np.argsort(-logits, axis=1)[:, :5].astype(np.int32)
    best = np.take_along_axis(logits, top, 1)
    terms = rng.gamma(1, 1, size=(n, CHANNELS)).astype(np.float32)
    strongest = np.argsort(-terms, axis=1)[:, :8].astype(np.int32)
    maps = rng.normal(size=(n, CELLS[0] * CELLS[1])).astype(np.float32)
    truth_logits = logits[np.arange(n), truths]
    return {
        "top_classes": top,
        "top_probabilities": np.take_along_axis(probabilities, top, 1),
        "predicted": top[:, 0],
        "truth": truths.astype(np.int32),
        "logit": best[:, 0],
        "probability": probabilities.max(1),
        "margin": best[:, 0] - best[:, 1],
        "entropy": -(probabilities * np.log(probabilities)).sum(1),
        "truth_logit": truth_logits,
        "loss": np.log(odds.sum(1)) - truth_logits,
        **{name: rng.random(n).astype(np.float32) for name in ("border", "corners", "centre")},
        "box": np.full(n, np.nan, np.float32),
        **{name: rng.random(n).astype(np.float32) for name in ("map_x", "map_y", "half_area")},
        "gap": rng.normal(size=n).astype(np.float32) * 1e-6,
        "channels": strongest,
        "contributions": np.take_along_axis(terms, strongest, 1),
        "embedding": terms.astype(np.float16),
        "map": maps,
    }


def webp(colour: tuple[int, int, int], side: int = 32) -> bytes:
    out = BytesIO()
    Pictures.new("RGB", (side, side), colour).save(out, "WEBP")
    return out.getvalue()


def write(folder: Path, n: int, seed: int = 0, parts: int | None = None, **model) -> Store:
    """An audit of n images, of which `parts` parts are done; all if not said."""
    store, rng = Store(str(folder)), np.random.default_rng(0)  # truths and paths of any seed's
    truths = rng.integers(len(LABELS), size=n)
    paths = [f"class_{truth}/{number:06}.png" for number, truth in enumerate(truths)]
    plan = Plan(manifest(n, **model), paths, truths.tolist())
    store.begin(plan)
    found, colours = columns(n, truths, seed), [webp((25 * c, 90, 255 - 25 * c)) for c in range(10)]
    for part in plan.parts[:parts]:
        at = np.arange(part.start, part.stop)
        bad = at % BROKEN == BROKEN - 1
        images = [Image(int(i), paths[i], 1000, "0" * 64, 64, 64) for i in at[~bad]]
        errors = [Image(int(i), paths[i], error="This is no picture.") for i in at[bad]]
        good = at[~bad]
        rows = [measured(images, {k: v[good] for k, v in found.items()}), failed(errors)]
        drawn = [colours[truths[i]] for i in good]
        pictures = pa.table({"number": good.astype(np.int32), "thumbnail": drawn, "overlay": drawn})
        store.finish(part.number, in_order(rows, rows[0].schema), pictures.cast(PICTURES))
    return store
