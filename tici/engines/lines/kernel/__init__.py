"""The compiled part of the search. Nothing here knows a problem's words: only nodes, classes, rows and costs."""
