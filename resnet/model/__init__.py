"""A spec as an nn.Module, where and how it runs. May import counts, network, text."""
