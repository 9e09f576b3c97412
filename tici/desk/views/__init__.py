"""Pages composed of many rooms."""
