"""What a teacher's link can hide of a page: `hide=` in the address lists names."""

from __future__ import annotations

from resnet.text.language import mark

# Of the Architecture page.
HIDEABLE = {
    "network": mark("Network and depth"),
    "layout": mark("Layout"),
    "variant": mark("Variant"),
    "input": mark("Input and classes"),
    "numbers": mark("The numbers above the picture"),
    "legend": mark("The picture's legend"),
    "panels": mark("Everything below the picture"),
    "sent": mark("The photograph that is sent through"),
    "block values": mark("The values in an open block"),
    "language": mark("The language and the session"),
}

LESSON = {
    "contents": mark("The list of lessons"),
    "prediction": mark("What is to be predicted first"),
    "text": mark("The text"),
    "charts": mark("Charts, each until it is asked for"),
    "controls": mark("The controls"),
    "run": mark("The button that runs the experiment"),
    "try": mark("What to try"),
    "exercises": mark("The exercises"),
    "surprise": mark("The surprise"),
    "sources": mark("The sources"),
    "notebook": mark("The notebook"),
    "teachers": mark("This part, for teachers"),
    "language": mark("The language and the session"),
}
