"""Tables: lists, targets, points, projects, overrides; which kind they are, and what their cells say."""
