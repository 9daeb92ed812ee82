"""The colours of lines and bars, which read on a light ground and on a dark one."""

BLUE, PALE_BLUE, DARK_BLUE = "#2f7fc1", "#79b4e6", "#1d5c94"
ORANGE, TEAL = "#d97a17", "#2a9d8f"
GREY, PALE_GREY = "#8a8f99", "#b3b7bf"
