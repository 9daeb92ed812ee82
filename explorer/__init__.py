"""The app: thin pages over the library."""
