"""How far an audit is: rate and time left, a stop, and going on with what was stopped."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

from explorer.resources import audit_runs, audits
from explorer.resources.audit_runs import Run
from explorer.state.choices.audit_choices import AUDIT
from explorer.state.limits import limits
from explorer.widgets.escaping import plain
from resnet.audit.images.errors import AuditError
from resnet.audit.images.truths import BY
from resnet.audit.reading.opened import Root
from resnet.audit.running.plan import Plan
from resnet.audit.running.store import ROWS, Store
from resnet.text.language import tr

_EVERY = 2.0  # seconds between two looks at what is being made
_RECENT = 10  # parts that a rate is measured over
_ALIVE = 60.0  # seconds after its last part that an audit begun elsewhere is thought to go on


def show(below: Root, name: str) -> bool:
    """Draw it, as long as the audit is not done; returns whether there is one to be opened.

    It is looked at again by itself while it runs. Raises `AuditError`.
    """
    store = below.store(name)
    run, plan = audit_runs.run(Path(store.url)), audits.plan(below, name)
    alive = run is not None and run.alive
    if run and run.failed:
        st.error(plain(run.failed))
    done = store.done()
    if alive or (plan and len(done) < len(plan.parts)):
        going = _going(run, _times(store, done))
        st.fragment(_progress, run_every=_EVERY if going else None)(below, name, going)
    return plan is not None or not alive


def _progress(below: Root, name: str, going: bool) -> None:
    store = below.store(name)
    plan, done = audits.plan(below, name), store.done()
    run, times = audit_runs.run(Path(store.url)), _times(store, done)
    if plan is None:
        st.progress(0.0, tr("Listing the images and loading the model …"))
        if run is None or not run.alive:  # it ended before it began
            st.rerun()
        return
    still = _going(run, times)
    sizes = {part.number: part.stop - part.start for part in plan.parts}
    n, total = sum(sizes.get(part, 0) for part in done), len(plan.paths)
    words = tr("{n:,} of {total:,} images", n=n, total=total)
    if going and (rate := _rate(times, plan.settings.part)):
        left = (total - n) / rate
        words = tr(
            "{words}, {rate:.1f} a second, about {time} left",
            words=words,
            rate=rate,
            time=_duration(left),
        )
    with st.container(horizontal=True, vertical_alignment="center", key="audit_progress"):
        st.progress(n / max(1, total), words)
        if run and run.alive and limits().begin_audits:
            st.button(
                tr("Stop"), on_click=audit_runs.stop, args=(Path(store.url),), key="audit_stop"
            )
        elif not going and limits().begin_audits and _options(plan) is not None:
            st.button(tr("Go on"), on_click=_go_on, args=(below, name), key="audit_on")
        if st.button(tr("Show what is done"), key="audit_again"):
            st.rerun()
    if not going and _options(plan) is None:
        st.caption(
            tr(
                "It was begun with a table of truths, boxes or masks, which are not kept with it: "
                "go on with it by the command that began it."
            )
        )
    if n == total or going != still:
        st.rerun()


def _go_on(below: Root, name: str) -> None:
    store = below.store(name)
    plan = audits.plan(below, name)
    options = None if plan is None else _options(plan)
    if plan is None or options is None:
        return
    manifest = plan.manifest
    try:
        if not below.holds(manifest.source):
            raise AuditError(tr("Its images lie outside of the folder of audits."))
        audit_runs.begin(below, manifest.source, manifest.model.asked, Path(store.url), *options)
    except AuditError as error:
        st.toast(plain(error), icon=":material/error:")
    AUDIT.ask("audit", name)


def _options(plan: Plan) -> tuple[str, ...] | None:
    """The command's, as it was begun; None where that takes what is not kept with it."""
    settings = plan.settings
    if settings.inside or settings.truth not in ("", *BY):
        return None
    pictures = "--pictures" if settings.pictures else "--no-pictures"
    return "--precision", settings.precision, "--truth", settings.truth or "none", pictures


def _going(run: Run | None, times: list[float]) -> bool:
    """Whether it is being made: by a process of this server's, or as its last part's time shows."""
    if run is not None:
        return run.alive
    return any(time.time() - when < _ALIVE for when in times[-1:])


def _rate(times: list[float], part: int) -> float | None:
    """Images a second, over the last parts; None where that cannot be told."""
    recent = times[-_RECENT:]
    took = recent[-1] - recent[0] if len(recent) > 1 else 0
    return part * (len(recent) - 1) / took if took > 0 else None


def _times(store: Store, done: set[int]) -> list[float]:
    """When the parts were written, in order."""
    folder = Path(store.url) / ROWS
    return sorted((folder / f"{part:05}.parquet").stat().st_mtime for part in done)


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return tr("{s:.0f} s", s=seconds + 1)
    return tr("{h} h {m} min", h=minutes // 60, m=minutes % 60)
