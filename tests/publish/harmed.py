"""Texts that were damaged on their way: what a reader must take, or refuse in a sentence."""

import json
import random
from collections.abc import Iterator

STRANGE = (
    *(None, True, -1, 0, 2**63, 2**70, 1e300, -1e-300, "", "../../../x", "\0", "a\nb", "<script>"),
    *([], [[]], {}, {"": None}, [None], [1, "1"]),
)


def harmed(text: str, count: int, seed: int = 0) -> Iterator[bytes]:
    """Copies of a JSON text: a bit, a byte or a stretch of it changed, or one of its values."""
    chance = random.Random(seed)
    content = text.encode()
    for _ in range(count):
        start, end = sorted(chance.randrange(len(content)) for _ in range(2))
        match chance.randrange(5):
            case 0:
                flipped = content[start] ^ 1 << chance.randrange(8)
                yield content[:start] + bytes([flipped]) + content[start + 1 :]
            case 1:
                yield content[:start] + content[start + 1 :]
            case 2:
                yield content[:start] + content[end:]
            case 3:
                yield content[:start]
            case _:
                yield json.dumps(_other(json.loads(text), chance)).encode()


def _other(value, chance: random.Random):
    """A value of which one thing is another."""
    if not value or not isinstance(value, dict | list) or chance.random() < 0.1:
        return chance.choice(STRANGE)
    place = chance.choice([*value] if isinstance(value, dict) else range(len(value)))
    if isinstance(value, dict) and chance.random() < 0.2:
        return {name: each for name, each in value.items() if name != place}
    value[place] = _other(value[place], chance)
    return value
