"""What lessons are made of: live runs, charts, covers, endings. May import asked."""
