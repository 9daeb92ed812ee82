"""A bare Streamlit page with the Attention page's widgets, an empty chart and plain pictures."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from resnet.data import SHAPES

PICTURE = np.zeros((512, 512, 3), np.uint8)

st.set_page_config(layout="wide")
with st.sidebar:
    st.selectbox("Model", ["one", "other"])
    st.file_uploader("or your own checkpoint")
    with st.expander("Device and precision"):
        st.selectbox("Device", ["CPU"])
        st.selectbox("Precision", ["fp32", "bf16"])
st.file_uploader("Photographs", accept_multiple_files=True)
with st.container(horizontal=True):
    st.toggle("Camera")
    st.pills("Samples", range(1, 9), default=2)
picture, facts = st.columns([5, 4], gap="large")
with facts:
    st.plotly_chart(go.Figure(), key="chart")
    chosen = st.selectbox("Class whose evidence is shown", SHAPES)
    st.segmented_control("Stage", ["layer1", "layer2", "layer3"], default="layer3")
    with st.expander("Method, signs and placement"):
        for label in ("Method", "Evidence", "Placement"):
            st.selectbox(label, ["one", "other"])
with picture:
    st.markdown(f"#### class {chosen}")
    st.image(PICTURE)
    st.download_button("Download PNG", b"", "empty.png", on_click="ignore")
st.segmented_control("More about this answer", ["Every stage"], default="Every stage")
for column in st.columns(3):
    with column:
        st.image(PICTURE)
