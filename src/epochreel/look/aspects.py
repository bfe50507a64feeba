"""The shapes of a frame."""

__all__ = ["ASPECTS"]

ASPECTS = {"16:9": 16 / 9, "1:1": 1.0, "4:5": 4 / 5, "9:16": 9 / 16}
"""Width over height of each, by its name."""
