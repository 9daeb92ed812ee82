"""Lesson: thirty common mistakes, each as a card that asks before it answers."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from explorer.lessons.more import tags
from explorer.lessons.more.detail import on_demand
from explorer.lessons.parts import live_run, quiz
from explorer.lessons.parts.lesson import Lesson, Source
from explorer.state.choices import lessons_choices
from explorer.state.choices.lessons_choices import LESSONS
from explorer.widgets import controls
from resnet.mistakes.all_mistakes import MISTAKES, TOPICS
from resnet.mistakes.comments import commented
from resnet.mistakes.mistake import Mistake
from resnet.text.language import mark, tr

_IDS = [*MISTAKES]
_ALL = "all"
_SIGNS = {True: "✓", False: "✗"}


def _draw() -> None:
    ids = _chosen_topic()
    now = LESSONS.asked("mistake", ids, ids[0])
    lessons_choices.ask("mistakes", {"only": now})
    _find(ids, now)
    with st.container(border=True, key="card"):
        _card(MISTAKES[now])
    on_demand(tr(tags.TITLE), "tags", tags.draw)


def _chosen_topic() -> list[str]:
    """The mistakes of the topic that is chosen."""
    words = {_ALL: tr("All")} | {name: tr(title) for name, (title, _) in TOPICS.items()}
    topic = controls.segments(LESSONS, "topic", tr("Topic"), [*words], words=words)
    return _IDS if topic == _ALL else [mistake.id for mistake in TOPICS[topic][1]]


def _find(ids: list[str], now: str) -> None:
    """The mistakes as a list to search, their neighbours by key, and the score."""
    words = {name: f"{_sign(name)}{_IDS.index(name) + 1}. {_belief(name)}" for name in ids}
    controls.select(LESSONS, "mistake", tr("Mistake"), ids, words, usual=ids[0])
    at = ids.index(now)
    with st.container(horizontal=True, vertical_alignment="center", key="card_steps"):
        _step(tr("Previous card"), "P", ids[at - 1] if at else None)
        _step(tr("Next card"), "N", ids[at + 1] if at + 1 < len(ids) else None)
        _score()


def _score() -> None:
    """What has been found so far, and a way to begin again."""
    word, answers = LESSONS.asked("answers"), [mistake.answer for mistake in MISTAKES.values()]
    right, missed, shown = quiz.score(word, answers)
    left = len(answers) - right - missed - shown
    words = tr(
        "{found} found, {missed} missed, {left} to go", found=right, missed=missed, left=left
    )
    st.caption(words, width="content")
    if word:
        st.button(tr("Start again"), type="tertiary", on_click=LESSONS.ask, args=("answers", ""))


def _step(label: str, key: str, to: str | None) -> None:
    options: Any = {"on_click": LESSONS.ask, "args": ("mistake", to)}
    st.button(label, shortcut=key, disabled=to is None, key=f"card_{key}", **options)


def _belief(name: str) -> str:
    return tr(MISTAKES[name].belief).replace("`", "")


def _letter(name: str) -> str:
    return quiz.letter_of(LESSONS.asked("answers"), _IDS.index(name))


def _sign(name: str) -> str:
    letter = _letter(name)
    if letter in (quiz.OPEN, quiz.SHOWN):
        return ""
    return _SIGNS[letter == str(MISTAKES[name].answer)] + " "


def _card(mistake: Mistake) -> None:
    st.markdown(f"#### {tr(mistake.belief)}")
    if _letter(mistake.id) == quiz.OPEN:
        st.code(commented(mistake.wrong), language="python", wrap_lines=True)
        _ask(mistake)
    else:
        _answer(mistake)
        live_run.show("mistakes", {}, partial(_outcomes, mistake), {"only": mistake.id})


def _ask(mistake: Mistake) -> None:
    st.markdown(f"**{tr('What happens when this runs?')}**")
    for number, choice in enumerate(mistake.choices):
        _choice(mistake, str(number), tr(choice), str(number + 1))
    _choice(mistake, quiz.SHOWN, tr("Show me"), None, "tertiary")


def _choice(
    mistake: Mistake, letter: str, label: str, key: str | None, kind: Any = "secondary"
) -> None:
    st.button(
        label,
        key=f"choice_{letter}",
        shortcut=key,
        type=kind,
        on_click=_note,
        args=(mistake.id, letter),
    )


def _note(name: str, letter: str) -> None:
    LESSONS.ask("mistake", name)
    word = quiz.answered(LESSONS.asked("answers"), _IDS.index(name), letter)
    LESSONS.ask("answers", word)


def _answer(mistake: Mistake) -> None:
    """The choices with their signs, and the rule."""
    letter = _letter(mistake.id)
    for number, choice in enumerate(mistake.choices):
        right = number == mistake.answer
        if right or str(number) == letter:
            st.markdown(f"{_SIGNS[right]} {f'**{tr(choice)}**' if right else tr(choice)}")
    st.markdown(tr(mistake.rule))
    if mistake.elsewhere:
        st.caption(tr(mistake.elsewhere))


def _outcomes(mistake: Mistake, rows: live_run.Rows) -> None:
    row = next(row for row in rows if row["id"] == mistake.id)
    programs = (
        (tr("Wrong"), mistake.wrong, row["wrong"]),
        (tr("Right"), mistake.right, row["right"]),
    )
    for column, (title, code, outcome) in zip(st.columns(2, gap="medium"), programs, strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.code(commented(code), language="python", wrap_lines=True)
            st.code(outcome, language=None, wrap_lines=True)


LESSON = Lesson(
    title=mark("Thirty mistakes"),
    question=mark("The code looks right. What happens when it runs?"),
    text=mark(
        "Each card is a complete program with one mistake. Some come from widely copied tutorials, "
        "some from everybody's notebooks. Say what happens before you look. Then both programs are "
        "shown, the wrong and the right one, with what they printed or how they failed; run them "
        "here, or paste them into a Python of your own. Weights are random unless a card says "
        "otherwise: most of what goes wrong has nothing to do with training."
    ),
    draw=_draw,
    attempt=mark(
        "Take a card that you missed, and mend the wrong program yourself before you read the "
        "right one."
    ),
    surprise=mark(
        "Sixteen of the thirty wrong programs raise no error. They run to the end, print a number "
        "or go on to train, and nothing says that it is another network, another unit or another "
        "data set."
    ),
    sources=(
        Source("He et al. 2015, Deep Residual Learning", "arXiv:1512.03385"),
        Source("He et al. 2016, Identity Mappings, table 2", "arXiv:1603.05027"),
        Source("He T. et al. 2018, Bag of Tricks (ResNet-D)", "arXiv:1812.01187, section 4"),
        Source("torchvision's networks and weights", "torchvision.models, as installed here"),
        Source(
            "Adebayo et al. 2022, Post hoc Explanations may be Ineffective for Detecting Unknown "
            "Spurious Correlation",
            "arXiv:2212.04629",
        ),
        Source("CIFAR-10 checkpoints", "github.com/akamaster/pytorch_resnet_cifar10"),
    ),
    experiment="mistakes",
    look="""\
from resnet.mistakes.all_mistakes import MISTAKES

for row in rows:
    code = MISTAKES[row.id]
    for program, said in ((code.wrong, row.wrong), (code.right, row.right)):
        print(program, said, sep="\\n\\n>>> ", end="\\n\\n\\n")""",
    also=(
        (
            "tags",
            """\
from explorer.figures.charts.experiments.tag_shares import shares_chart

methods = table["method"] + " " + table["stage"]
points = list(zip(methods, table["strength"], table["seed"], table["share"]))
shares_chart(points, 1 / 8)""",
        ),
    ),
)
