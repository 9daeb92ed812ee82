"""What visitors give to the server, kept as files of its own, each tab's by a secret of its own.

No torch and no pages. May import the library and `streamlit_joints`.
"""
