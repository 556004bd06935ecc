"""Rules of the ground that need no rows, in plain Python."""
