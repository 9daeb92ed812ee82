"""More of a lesson, for those who open it. May import asked and parts."""
