"""Judgement over school lines: what a list may hold, which days have lessons, what a change may be."""
