"""What lessons, and what they ask, are made of: live runs, charts, covers, links."""
