"""A bare Streamlit page with the Architecture page's widgets and an empty Plotly chart."""

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")


def show(opened: bool) -> None:
    st.session_state["open"] = opened


with st.sidebar:
    with st.container(horizontal=True):
        for label in ("Undo", "Redo"):
            st.button(label, disabled=True)
    st.selectbox("Network", ["resnet50", "resnet152"])
    st.selectbox("Any depth of the family", ["ImageNet", "CIFAR"])
    depth = st.number_input("Depth", value=50, step=1)
    with st.expander("Layout", expanded=True):
        st.selectbox("Block", ["basic", "bottleneck"])
        for stage in range(4):
            st.number_input(f"conv{stage + 2}_x", value=3, step=1)
        with st.container(horizontal=True):
            st.button("Add a stage")
            st.button("Remove")
        st.select_slider("Width", (0.5, 1.0, 2.0), 1.0)
        st.text_input("Planes of each stage", "64, 128, 256, 512")
    with st.expander("Variant"):
        for label in ("Shortcut", "Stem", "Stride on"):
            st.selectbox(label, ["A", "B"])
        for label in ("Stem width", "Groups", "Width per group", "Reduction"):
            st.number_input(label, value=1, step=1)
        st.toggle("Pre-activation")
        st.toggle("Last γ of each block starts at zero")
    with st.expander("Further axes"):
        for label in ("Pool", "Anti-aliasing", "Attention", "Normalisation", "Strided", "First"):
            st.selectbox(label, ["none", "other"])
        for label in ("Strides", "Dilations"):
            st.text_input(label, "1, 2, 2, 2")
        for label in ("Multiples", "Expansion"):
            st.number_input(label, value=1, step=1)
        st.toggle("Biases")
    with st.expander("Input and classes"):
        for label in ("Image size", "Channels", "Classes"):
            st.number_input(label, value=1, step=1)
with st.container(horizontal=True):
    st.subheader(f"depth {depth}")
    for label in ("Parameters", "Compute", "Depth ", "Receptive field"):
        st.metric(label, f"{depth}", width="content")
with st.container(horizontal=True):
    st.caption("A sentence on the picture.", width="stretch")
    st.toggle("Send a photograph")
    with st.container(width=270):
        st.select_slider("Depth, by slider", range(10, 300), 50)
    st.button("Projector")
st.plotly_chart(go.Figure(), key="chart")
with st.container(border=True):
    with st.container(horizontal=True):
        st.markdown("#### block", width="stretch")
        for label in ("In the paper", "Previous", "Next", "Shut"):
            st.button(label)
    st.toggle("Show what flows through it")
    st.expander("The same as a table")
st.button("Open", on_click=show, args=(True,))
if st.session_state.get("open"):
    st.markdown("#### opened")
    st.button("Close", on_click=show, args=(False,))
st.segmented_control("More", ["Tables"])
