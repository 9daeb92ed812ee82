"""Values to pictures: pure functions, no streamlit, no torch."""
