"""The ground that every app stands on: people, clubs, roles, jobs, and who did what."""
