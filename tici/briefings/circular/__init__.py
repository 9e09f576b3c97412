"""Circulars (通报): one content, printed by typst and written for Word, in the form of GB/T 9704-2012."""
