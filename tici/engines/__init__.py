"""Mechanisms without Django: they know months, sheets and ladders, and nothing of the rooms above."""
