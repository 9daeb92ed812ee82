"""Pictures of networks: values of the graph to SVG. No torch, no streamlit."""
