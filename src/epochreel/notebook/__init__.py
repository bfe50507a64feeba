"""Clips in a notebook: `still`, `stills` and `film` show themselves below the cell."""

from epochreel.notebook.films import film
from epochreel.notebook.stills import still, stills

__all__ = ["film", "still", "stills"]
