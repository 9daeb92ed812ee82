"""The map of every stage, side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer import resources, state
from explorer.messages import plain
from explorer.subject import METHODS, Subject
from resnet.graph import Stage
from resnet.overlay import blend, strength


def panel(subject: Subject) -> None:
    """Draw the panel."""
    method = state.ATTENTION.asked("method", METHODS)
    outcome = resources.stages(subject.model, subject.seen.photo, subject.target, method)
    maps = {name: said.maps[0].numpy() for name, said in outcome.result.items()}
    maps[subject.last] = subject.final_map
    st.markdown(f"**Every stage for {plain(subject.label)}**, {METHODS[method]}")
    for column, name in zip(st.columns(len(maps)), maps, strict=True):
        with column:
            _small(subject, subject.graph.stage(name), maps[name])


def _small(subject: Subject, stage: Stage, values: NDArray[np.float32]) -> None:
    photo, hot = subject.pictures(stage, values)
    st.image(blend(photo, hot, 0.75), alt=f"{stage.name} map for {subject.label}")
    none = " No positive evidence." if values.max() <= 0 else ""
    cells = f"{stage.out_shape[1]}×{stage.out_shape[2]}"
    st.caption(
        f"{stage.name}: {cells} cells, each sees {stage.receptive_field} px; "
        f"full {strength(values):.2g}.{none}"
    )
