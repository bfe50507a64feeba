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


def small(row):
    """A row of the platforms with few pixels and frames."""
    shape = {"width": row.width // 16 * 2, "height": row.height // 16 * 2}
    return dataclasses.replace(row, frame_rate=min(row.frame_rate, 4), **shape)
