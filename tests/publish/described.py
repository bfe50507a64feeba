"""What clip.json would say of a clip made up for a test."""


def described(**given):
    """A clip of a minute at 10 frames a second; what a test needs otherwise is `given`."""
    return {
        "schema": 1,
        "name": "spiral",
        "class": "Spiral",
        "title": "A spiral",
        "story": "A spiral turns.\n\nAnd turns\nagain.",
        "aspect": "16:9",
        "theme": "dark",
        "quality": "low",
        "cut": "full",
        "width": 256,
        "height": 144,
        "frame_rate": 10,
        "frames": 600,
        "duration": 60.0,
        "trainer": "linear",
        "config": {"epochs": 50, "seed": 7, "learning_rate": 0.1},
        "run": "linear-0",
        "digest": "abc",
        "results": {"Accuracy": "99 %"},
        "beats": [],
        "captions": [],
        "epochs": [None] * 300 + [float(n) for n in range(300)],
        "scalars": {},
        "poster": 59.9,
    } | given


def beats(*parts):
    """Beats from names and lengths in seconds."""
    found, start = [], 0.0
    for name, length in parts:
        end = start + length
        found.append({"name": name, "start": start, "end": end, "optional": False})
        start = end
    return {"beats": found, "duration": start}


def captions(*parts):
    """Captions from texts, starts and ends in seconds."""
    return {"captions": [{"text": text, "start": a, "end": b} for text, a, b in parts]}
