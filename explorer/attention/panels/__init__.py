"""What more is asked of an answer, one panel a file. May import attention and what it may."""
