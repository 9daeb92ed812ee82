"""What an audit is asked about: images by name, their bytes, and what is said to be in them.

May import text, fetch and pictures. No torch.
"""
