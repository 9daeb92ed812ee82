"""What the programs say beside their lines, for those who read them in another language."""

from __future__ import annotations

import re

from resnet.text.language import mark, tr

COMMENTS = (
    mark("f keeps x for its own gradient"),
    mark("its layer1 is self._make_layer(Bottleneck, 64, 3)"),
    mark("no weights are made"),
    mark("noise in the shapes of the data sets stands for their images"),
    mark("padded by 1 as well, which cannot work"),
    mark("refused before anything is downloaded"),
    mark("saw nothing but the zeros around the map"),
    mark("shapes without numbers"),
    mark("the best of any step, and the weights of the last"),
    mark("the map keeps its size"),
)
COMMENT = re.compile(r"(?<=  # ).+$", re.MULTILINE)


def commented(program: str) -> str:
    """A program with its comments in the chosen language; it runs as before."""
    return COMMENT.sub(lambda found: tr(found[0]), program)
