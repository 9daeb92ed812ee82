"""Controls that choose a network. May import what lies beside this folder."""
