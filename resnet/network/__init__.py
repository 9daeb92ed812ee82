"""What a network is, by arithmetic: spec, graph, presets, links. May import text. No torch."""
