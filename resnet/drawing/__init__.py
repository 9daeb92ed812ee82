"""Values of the graph to SVG, alone or in files. May import counts, network, text. No torch."""
