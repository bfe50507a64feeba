"""The main figure of a clip as the clip draws it, to compare with what is made for a book."""

from pathlib import Path

import numpy as np
from PIL import Image

from epochreel.book import moments

PICTURED = Path(__file__).parents[1] / "scenes" / "pictured.py"
MARGIN = 0.1  # that a book's figure has around what is drawn, in Manim units


def note_frames(monkeypatch) -> dict[int, np.ndarray]:
    """From now on the frame of each figure that is read, RGB and cut to it, by its identity."""
    frames: dict[int, np.ndarray] = {}
    plain = moments.read

    def read(scene):
        figure = plain(scene)
        camera, box = scene.renderer.camera, figure.box
        camera.hold(set())
        camera.reset()
        camera.capture_mobjects(scene.mobjects)
        pixels = camera.pixel_array[..., :3].copy()
        unit = pixels.shape[0] / 8
        middle = np.array(pixels.shape[1::-1]) / 2
        low = np.array([box.left - MARGIN, -box.top - MARGIN]) * unit + middle
        high = np.array([box.right + MARGIN, MARGIN - box.bottom]) * unit + middle
        (left, top), (right, bottom) = np.rint([low, high]).astype(int)
        frames[id(figure)] = pixels[top:bottom, left:right]
        return figure

    monkeypatch.setattr(moments, "read", read)
    return frames


def cells(picture, columns=24, rows=14) -> np.ndarray:
    """Mean colours of a picture's cells, (rows, columns, 3)."""
    image = Image.fromarray(np.ascontiguousarray(picture[..., :3]))
    return np.asarray(image.resize((columns, rows), Image.Resampling.BOX)).astype(float)


def centre(picture, colour) -> np.ndarray:
    """The middle of what has a colour in a picture, (2,) in shares of its width and height."""
    apart = np.abs(picture[..., :3].astype(int) - np.asarray(colour)[:3]).max(axis=2)
    ys, xs = np.nonzero(apart < 24)
    assert len(xs) > 20
    return (np.array([np.median(xs), np.median(ys)]) + 0.5) / picture.shape[1::-1]
