"""Formulas and words: set as glyphs, and as plain text and TeX."""
