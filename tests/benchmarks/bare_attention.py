"""The Attention page with its work taken out: the same navigation, widgets and words.

The chart is empty and the pictures are plain, without what the page's own components say and offer
around them; nothing is computed, and no address is written.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from resnet.training.scenes.drawn_solids import SOLIDS

MODELS = [f"ResNet-{number} · ↓ {number} MB" for number in range(125)]  # as many as the page has
PICTURE = np.zeros((512, 512, 3), np.uint8)
WORDS = (
    "Words that stay as they are, about as long as those of the page, of which some are *slanted*."
)


def page() -> None:
    with st.sidebar:
        st.selectbox("Model", MODELS)
        st.file_uploader("or your own checkpoint")
        st.caption(WORDS)
        with st.expander("Device and precision"):
            st.selectbox("Device", ["CPU"])
            st.selectbox("Precision", ["fp32", "bf16"])
        st.segmented_control("Language", ["English", "简体中文"], default="English")
    st.file_uploader("Photographs", accept_multiple_files=True)
    with st.container(horizontal=True):
        st.toggle("Camera")
        st.pills("Samples", range(1, 9), default=2)
    picture, facts = st.columns([5, 4], gap="large")
    with facts:
        title, many = st.columns([3, 2])
        title.markdown("**Most probable classes**")
        many.selectbox("How many", range(1, 11), label_visibility="collapsed")
        st.plotly_chart(go.Figure(), key="chart", height=260)
        st.caption(WORDS)
        chosen = st.selectbox("Class whose evidence is shown", SOLIDS)
        st.expander("The same as a table")
        st.segmented_control("Stage", ["layer1", "layer2", "layer3"], default="layer3")
        with st.expander("Method, colours and placement"):
            for label in ("Method", "Colours", "Evidence", "Placement"):
                st.selectbox(label, ["one", "other"])
            st.select_slider("Hide below this share of full", range(0, 100, 10))
            st.caption(WORDS)
    with picture:
        st.markdown(f"#### class {chosen}")
        st.image(PICTURE)
        st.caption(WORDS)
        st.download_button("Download PNG", b"", "empty.png", on_click="ignore")
        st.caption(WORDS)
    panels = [f"Panel {number}" for number in range(1, 9)]
    st.segmented_control("More about this answer", panels, default=panels[0])
    st.markdown(WORDS)
    for column in st.columns(3):
        with column:
            st.image(PICTURE)
    st.caption(WORDS)


st.set_page_config(layout="wide")
titles = ("Architecture", "Compare", "Attention", "Audit", "Lessons", "Glossary")
pages = [st.Page(page, title=title, url_path=title.lower()) for title in titles]
st.navigation(pages, position="top").run()
