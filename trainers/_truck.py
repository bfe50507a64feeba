"""A truck with a trailer that backs to a dock, of which only the steering φ is free.

θ̇₀ = (s/L) tan φ, θ̇₁ = (s/d) sin(θ₀ − θ₁), ẋ = s cos θ₀, ẏ = s sin θ₀, where θ₀ is the heading of
the truck, θ₁ that of its trailer, and (x, y) the hitch, which is at the truck's rear axle. The dock
is at (0, 0). Backwards, s < 0, what is not steered folds up: bent by 90° it is jackknifed.
"""

from collections.abc import Callable
from math import pi

import torch
from torch import Tensor

SPEED, TRUCK, TRAILER = -0.1, 1.0, 4.0
"""s, of a tick; L, from axle to axle; d, from the hitch to the trailer's end."""
HELD, STEPS, TURN = 5, 40, pi / 4
"""Ticks for which a control is held; controls of a drive; how far the front wheels turn."""
FAR, ASIDE, TURNED, BENT = (2.0, 14.0), (0.1, 5.0), (0.05, 0.8), (0.05, 0.5)
"""Where the first and the last lesson begin: away from the dock, aside, θ₁, and θ₀ − θ₁."""
NEAR, STRAIGHT = 0.5, 0.2
"""How far aside of the dock, and how far turned, a trailer that has arrived may be."""


def rates(theta0: Tensor, theta1: Tensor, phi: Tensor) -> tuple[Tensor, ...]:
    """Return how x, y, θ₀ and θ₁ change in a tick."""
    return (
        SPEED * theta0.cos(),
        SPEED * theta0.sin(),
        SPEED / TRUCK * phi.tan(),
        SPEED / TRAILER * (theta0 - theta1).sin(),
    )


def placed(x: Tensor, y: Tensor, theta0: Tensor, theta1: Tensor) -> Tensor:
    """Return states (N, 6): the hitch (x, y) and θ₀, the trailer's end and θ₁."""
    end = x - TRAILER * theta1.cos(), y - TRAILER * theta1.sin()
    return torch.stack([x, y, theta0, *end, theta1], dim=-1)


def move(state: Tensor, phi: Tensor) -> Tensor:
    """Return the states (N, 6) after states (N, 6) in which φ (N,) was held."""
    x, y, theta0, _, _, theta1 = state.unbind(-1)
    now = [x, y, theta0, theta1]
    for _ in range(HELD):
        now = [a + b for a, b in zip(now, rates(now[2], now[3], phi), strict=True)]
    return placed(*now)


def jackknifed(state: Tensor) -> Tensor:
    """Return which of states (N, 6) are bent by 90° or more."""
    return (state[:, 2] - state[:, 5]).abs() >= pi / 2


def arrived(state: Tensor) -> Tensor:
    """Return which of states (N, 6) are at the dock, and straight."""
    near, straight = state[:, 4].abs() < NEAR, state[:, 5].abs() < STRAIGHT
    return (state[:, 3] <= 0) & near & straight & ~jackknifed(state)


def uniform(count: int, columns: int, generator: torch.Generator) -> Tensor:
    """Return numbers (N, M) within ±1."""
    return 2 * torch.rand(count, columns, generator=generator, dtype=torch.float64) - 1


def starts(share: Tensor, generator: torch.Generator) -> Tensor:
    """Return states (N, 6) where lessons begin, by shares (N,), 0 to 1, of the way to the last."""
    far, *reach = (a + share * (b - a) for a, b in (FAR, ASIDE, TURNED, BENT))
    forth, *rest = uniform(len(share), 4, generator).T
    y, theta1, bent = (a * b for a, b in zip(rest, reach, strict=True))
    x, y = far + forth + TRAILER * theta1.cos(), y + TRAILER * theta1.sin()
    return placed(x, y, theta1 + bent, theta1)


def drive(controller: Callable[[Tensor], Tensor], state: Tensor) -> Tensor:
    """Return the states (N, STEPS + 1, 6) of true drives, which end at the dock or jackknifed."""
    states = [state]
    for _ in range(STEPS):
        now = states[-1]
        over = (now[:, 3] <= 0) | jackknifed(now)
        states.append(torch.where(over[:, None], now, move(now, controller(now))))
    return torch.stack(states, dim=1)
