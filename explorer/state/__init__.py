"""Every session key and query parameter. May import the library alone."""
