"""What a lesson ends with: its notebook, and what a teacher needs."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.lessons.asked import exercising
from explorer.lessons.asked.exercises import EXERCISES
from explorer.lessons.parts.lesson import Lesson
from explorer.state.choices import lessons_choices, page_choices
from explorer.state.hiding import LESSON
from resnet.experiments.notebook import Part, Task, Words, notebook_cells, notebook_file
from resnet.experiments.registry import command_for
from resnet.text.language import tr


def notebook(name: str, lesson: Lesson) -> None:
    """A button that gives the lesson's experiment as a notebook, with the settings of the page."""
    also = [Part(other, lessons_choices.asked(other), look) for other, look in lesson.also]
    cells = notebook_cells(
        lesson.experiment,
        lessons_choices.asked(lesson.experiment),
        notebook_words(name, lesson),
        lesson.look,
        also,
    )
    st.download_button(
        tr("Notebook"),
        data=partial(notebook_file, cells),
        file_name=f"{lesson.experiment}.ipynb",
        mime="application/x-ipynb+json",
        on_click="ignore",
        icon=":material/download:",
        help=tr("Run the same experiment in Jupyter, and change what you like."),
        key=f"notebook_{lesson.experiment}",
    )


def notebook_words(name: str, lesson: Lesson) -> Words:
    """All that a lesson says, as its notebook does."""
    tasks = [
        Task(
            tr(each.question), each.spec.to_query(), tr(each.hint), exercising.written(each.answer)
        )
        for each in EXERCISES[name]
    ]
    return Words(
        tr(lesson.title), tr(lesson.question), tr(lesson.text), lesson.sources,
        tr(lesson.attempt), tr(lesson.surprise), tasks,
    )  # fmt: skip


def teachers(name: str, lesson: Lesson) -> None:
    """The lesson's link, one that hides parts of it, and the command that repeats it."""
    with st.expander(tr("For teachers"), on_change="rerun", key="teachers") as opened:
        if opened.open:
            _links(name)
            if lesson.experiment:
                _command(lesson.experiment)


def _links(name: str) -> None:
    st.button(
        tr("Give this lesson as a lecture"),
        icon=":material/present_to_all:",
        help=tr("One sentence a step. Space and arrow keys go on, F fills the screen."),
        on_click=lessons_choices.begin_lecture,
        args=(name,),
        key="lecture",
    )
    st.markdown(tr("**Link to this lesson**, with all that is chosen"))
    st.code(lessons_choices.link(name, page_choices.hidden()), language=None, wrap_lines=True)
    now = [part for part in page_choices.hidden() if part in LESSON]
    st.markdown(tr("**A link that hides** what a class should not see yet"))
    hide = st.multiselect(
        tr("Hide"),
        LESSON,
        default=now,
        format_func=lambda part: tr(LESSON[part]),
        key="lesson_hide",
    )
    st.code(lessons_choices.link(name, hide), language=None, wrap_lines=True)
    st.caption(tr("To see everything again, remove `hide=…` from the address."))


def _command(name: str) -> None:
    st.markdown(tr("**The experiment on the command line**"))
    st.code(command_for(name, lessons_choices.asked(name)), language=None, wrap_lines=True)
