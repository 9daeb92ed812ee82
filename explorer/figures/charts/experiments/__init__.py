"""Charts of an experiment's rows, one a file. May import what lies beside this folder."""
