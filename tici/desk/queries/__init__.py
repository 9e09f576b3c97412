"""What the composed pages ask of many rooms at once."""
