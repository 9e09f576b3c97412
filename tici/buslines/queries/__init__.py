"""What is read about school lines."""
