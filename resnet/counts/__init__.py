"""What a network costs and sees, and what papers published of it.

May import fetch, network, text. No torch.
"""
