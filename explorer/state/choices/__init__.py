"""What pages let a visitor choose, a page a file: the session has it, and the address."""
