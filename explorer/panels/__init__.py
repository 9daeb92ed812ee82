"""Parts of the Architecture page, one file each: what is asked of a graph, and its answer."""
