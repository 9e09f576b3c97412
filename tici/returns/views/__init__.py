"""The pages of the returns."""
