"""Charts of Plotly and Altair, one a file. May import the library."""
