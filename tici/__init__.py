"""Tici 梯次: a city's projects and enterprises on their ladders, and its monthly dispatch."""
