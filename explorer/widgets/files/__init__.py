"""Files that a visitor brings, and photographs. May import what lies beside this folder."""
