"""The notebook of the drill: what it asks, how its rows are read, and a look at them."""

from __future__ import annotations

from resnet.experiments.notebook import Words

WORDS = Words(
    title="A drill: find the tag",
    question="One class of the data has a tag. Does an audit that knows of none point at it?",
    text=(
        "A red tag of 3×3 pixels is planted in a corner of every three, and a network of eight "
        "layers learns the digits with it. Its clean twin begins with the same weights, sees the "
        "same images in the same order, and none of them has the tag. Both are audited as anybody "
        "would audit a folder of photographs.\n\n"
        "The audit is read blind, by a rule in `resnet.audit.findings.leaning`: of 4×4 places, a "
        "class is suspect where it has more than an eighth of its evidence, twice an even share, "
        "and more than thrice what the other classes have there. Of the last stage the channel is "
        "named that carries the class on its own images and is silent on others. Then an edit puts "
        "the tag into held-out images that have none, which proves what the network relies on."
    ),
    attempt=(
        "Plant it in another class, `digit=7`, or in every second image of the class, "
        "`strength=50`. With `folder='drill'` images, networks and audits stay on the disk, to be "
        "opened."
    ),
    surprise=(
        "As kept: in all four networks the planted class has the largest excess of all, in the "
        "tag's corner, and the channel that is named is the one by which the tag gives most to the "
        "logit. But the rule sounds in three of four: below left the class has 13 % of its "
        "evidence, and the others 5 %, which is not thrice as much. That network relies on the tag "
        "all the same: with it, it calls 32 % of other digits a three. No twin is ever suspect, "
        "neither on the images with the tag nor on those without. A class that is not named is not "
        "cleared."
    ),
    sources=(
        ("Maps and shortcuts that nobody knows of", "Adebayo et al. 2022, arXiv:2212.04629"),
        ("Watermarks and other shortcuts at once", "Li et al. 2023, arXiv:2212.04825"),
    ),
    extras=("audit", "notebook"),
)

LOOK = """\
import altair as alt

table["audit"] = table.network + " network, " + table.images + " images"
table["excess"] = table.share - table.others
dots = (
    alt.Chart(table)
    .mark_circle(size=90, opacity=0.8)
    .encode(
        x=alt.X("excess:Q", title="more of its evidence in one place than other classes"),
        y=alt.Y("audit:N", title=None, axis=alt.Axis(labelLimit=240)),
        yOffset="seed:O",
        color=alt.Color("planted:N", title="the tag was learned in it"),
        tooltip=["label", "seed", "row", "column", "share", "others", "suspect", "channel"],
    )
)
display(dots.properties(width=520, height=240))
table[table.planted]"""
