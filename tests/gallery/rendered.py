"""Rendered clips made up for tests; every frame of their films carries its number as bars."""

import io
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image

from tests.publish.described import beats, captions, described
from tests.publish.filmed import film

BARS = 8
# Nothing, a dwell at 0, to 100, a dwell, nothing, and a second time from 0 to 190.
EPOCHS = [None] * 10 + [0.0] * 10 + [5.0 * n for n in range(1, 21)] + [100.0] * 5 + [None] * 5
EPOCHS += [10.0 * n for n in range(20)] + [190.0] * 10
RECORDED = [float(n) for n in range(0, 201, 4)]
SCALARS = {
    "epochs": RECORDED,
    "accuracy": [n / 200 for n in RECORDED],
    "loss": [None, *(round(math.exp(-n / 40), 4) for n in RECORDED[1:])],
}
CLIMB = {
    **beats(("Before", 1), ("The <first> climb", 4), ("Once more", 3)),
    **captions(("A climb & a rest.", 1.0, 3.0), ("And again.", 5.0, 7.0)),
    "epochs": EPOCHS,
    "frames": 80,
    "duration": 8.0,
    "poster": 4.0,
    "scalars": SCALARS,
    "story": "A net </script> climbs.\n\nTwice, because it is so nice.",
    "title": "A climb",
}


def numbered(width=256, height=144):
    """Pictures whose bars are the bits of their number, the lowest first."""

    def picture(number):
        bits = (number >> np.arange(BARS)) & 1
        row = np.repeat(bits, width // BARS) * 255
        pixels = np.full((height, width, 4), 255, np.uint8)
        pixels[..., :3] = row[None, :, None]
        return pixels

    return picture


def number_on(shot: bytes) -> int:
    """The number that a screenshot of a film shows."""
    picture = Image.open(io.BytesIO(shot)).convert("L")
    places = [int((bar + 0.5) * picture.width / BARS) for bar in range(BARS)]
    return sum(
        (picture.getpixel((x, picture.height // 2)) > 127) << n for n, x in enumerate(places)
    )


def frame_of(shown, film: str) -> int:
    """The number that a film on a page shows, once it has come to rest there."""
    # A seek may be followed by another that waited for it, and a film that is loaded by its first;
    # the picture is put on screen after it is decoded.
    shown.wait_for_function(
        """async film => {
          for (let calm = 0; calm < 3; calm++) {
            await new Promise(on => requestAnimationFrame(on));
            const found = document.querySelector(film);
            if (!found || found.readyState < 2 || found.seeking) return false;
          }
          return true;
        }""",
        arg=film,
    )
    return number_on(shown.locator(film).screenshot())


def put(renders: Path, clip: str, variant: str, size=(256, 144), **said) -> Path:
    """A rendered clip: its film and what its clip.json says."""
    folder = renders / clip / variant
    folder.mkdir(parents=True)
    given = described(**{"class": "Clip", "width": size[0], "height": size[1], "name": clip} | said)
    film(
        folder / "Clip.mp4", frames=given["frames"], rate=given["frame_rate"],
        picture=numbered(*size),
    )  # fmt: skip
    (folder / "clip.json").write_text(json.dumps(given))
    return folder
