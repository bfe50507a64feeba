"""Rows of the platforms' table for films that are quick to make."""

import dataclasses

from epochreel.publish import targets

ROWS = targets.read()
SHORT = {"16:9": (256, 144), "1:1": (144, 144), "9:16": (144, 256)}


def row(name, **changed):
    """A row as it stands in the table, but for a small size, a low rate, and what is `changed`."""
    given = ROWS[name]
    width, height = SHORT[given.aspect]
    size = {"width": width, "height": height, "frame_rate": min(given.frame_rate, 4)}
    return dataclasses.replace(given, **size | changed)
