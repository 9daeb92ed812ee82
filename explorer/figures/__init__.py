"""Values to what the browser draws: pure functions, no streamlit, no torch.

May import the library.
"""
