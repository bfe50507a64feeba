"""Files that were damaged on their way: what a reader must take, refuse in a sentence, or replace.

`mutations` changes bytes, tokens of a text and values of JSON; `IN_PLACE` is what may stand where a
file is looked for; `outcomes` holds a reader to what is told of all of it.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from epochreel.errors import EpochreelError

COUNT = int(os.environ.get("EPOCHREEL_MUTATIONS", "10000"))
LONG = pytest.param(COUNT, marks=pytest.mark.slow)
"""How many mutations of a file the long tests hold its reader to."""
MEMORY = 2**27
"""Bytes that reading a damaged file may take."""

STRANGE = (
    *(None, True, -1, 0, 2**63, 2**70, 1e300, -1e-300, "", "../../../x", "\0", "a\nb", "<script>"),
    *("\ud800", [], [[]], {}, {"": None}, [None], [1, "1"]),
)
WORDS = (
    *("-1", "0", "1e999", "-inf", "nan", "NaN", "Infinity", "9" * 30, "9" * 5000, "0x7f"),
    *("true", "null", '""', '"\\ud800"', '"../../x"', "'", "[]", "{}", "[[]]", "=", "%", "%(x)s"),
    *("[" * 3000, '{"":' * 3000, "(" * 300, "#", "\\", "\0", "\r", "\t", "\N{SNOWMAN}", "None"),
)
BYTES = (b"\0", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r\n", b"\x7f" * 8)
TOKEN = re.compile(r'"[^"\n]*"|[-+\w.]+|[^\w\s]')


def mutations(data: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield copies of some bytes, none of them equal: the first ones are another as a whole.

    In the others a bit, a stretch or a token is another, lost or doubled, or a value of JSON is.
    """
    chance = random.Random(seed)
    differing = (each for each in _endlessly(data, chance) if each != data)
    return itertools.islice(differing, count)


def _endlessly(data: bytes, chance: random.Random) -> Iterator[bytes]:
    yield from _whole(data)
    text, told = _read(data)
    while True:
        kind = chance.random()
        if told is not None and kind < 0.25:
            yield json.dumps(_other(json.loads(data), chance)).encode()
        elif text and kind < 0.4:
            start, end = chance.choice(text)
            yield data[:start] + chance.choice(WORDS).encode() + data[end:]
        else:
            yield _changed(data, chance)


def _whole(data: bytes) -> list[bytes]:
    text = data.decode("latin-1")
    return [
        *(b"", b"\0", b"\xff" * 100, b"\n", b"{}", b"[]", b"null", bytes(len(data))),
        *(b"[" * 100_000, b'{"":' * 100_000, b"\xef\xbb\xbf" + data, text.encode("utf-16")),
        *(data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), data + data, data[::-1]),
        *(data + b"\0", data.upper()),
    ]


def _changed(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randrange(1, 40)
    end = chance.randrange(at, len(data)) if chance.random() < 0.2 else at + length
    flipped = bytes([data[at] ^ 1 << chance.randrange(8)])
    return chance.choice(
        [
            *[data[:at] + flipped + data[at + 1 :]] * 6,
            data[:at],
            data[:at] + data[end:],
            data[:end] + data[at:],
            data[:at] + chance.choice(BYTES) + data[at:],
            data[:at] + chance.choice((b"\0", b"\xff")) * length + data[at + length :],
            data[:at] + data[at : at + length][::-1] + data[at + length :],
        ]
    )


def _read(data: bytes) -> tuple[list[tuple[int, int]], Any]:
    """Where the tokens of a text are, and what JSON says; nothing of what is neither."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return [], None
    tokens = [match.span() for match in TOKEN.finditer(data.decode("latin-1"))]
    try:
        return tokens, json.loads(data)
    except ValueError:
        return tokens, None


def _other(value: Any, chance: random.Random) -> Any:
    """A value of which one thing is another."""
    if not value or not isinstance(value, dict | list) or chance.random() < 0.1:
        return chance.choice(STRANGE)
    place = chance.choice([*value] if isinstance(value, dict) else range(len(value)))
    if isinstance(value, dict) and chance.random() < 0.2:
        return {name: each for name, each in value.items() if name != place}
    value[place] = _other(value[place], chance)
    return value


def _huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 8 * 2**30)  # sparse: it takes no room


IN_PLACE: dict[str, Callable[[Path], object]] = {
    "folder": os.mkdir,
    "pipe": os.mkfifo,
    "loop": lambda path: path.symlink_to(path.name),
    "dangling": lambda path: path.symlink_to("nowhere"),
    "huge": _huge,
}
"""What may stand where a file is looked for: none of it is waited for, nor read into the memory."""


others = pytest.mark.parametrize("kind", IN_PLACE)


def put_in_place(kind: str, path: Path) -> None:
    """Put something else in the place of a file."""
    path.unlink(missing_ok=True)
    IN_PLACE[kind](path)


@contextmanager
def little_memory() -> Iterator[None]:
    """Fail where what is done takes more memory of Python's than a small file may."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def outcomes(
    path: Path,
    contents: Iterable[bytes],
    read: Callable[[], Any],
    *,
    named: str | None = None,
) -> Counter[str]:
    """Write each of some contents to a path and read it; count what comes, "read" or "told".

    What is told must be one sentence that names the file, or what is `named`.
    """
    found: Counter[str] = Counter()
    for content in contents:
        path.write_bytes(content)
        try:
            read()
            found["read"] += 1
        except EpochreelError as error:
            require_sentence(error, named or path.name)
            found["told"] += 1
    return found


def require_sentence(error: EpochreelError, name: str) -> None:
    """Fail where what is told is more than a line, cannot be shown, or does not name the file."""
    sentence = str(error)
    assert name in sentence
    assert len(sentence.splitlines()) == 1
    sentence.encode()
