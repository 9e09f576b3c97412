"""Pages of school lines."""
