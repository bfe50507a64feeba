"""A pendulum of pixels that pushes turn, and ways on which they lead it."""

import numpy as np
import torch

from trainers.jepa import LENGTH, SIDE, after, pictures

PUSHES = np.array([0.8, 0.7, 0.7, 0.5, -0.7, -0.8, -0.8, 0.4])
WIDE = 8  # pixels of an arrow for a push of 1


def seen(angles):
    """Pictures (N, SIDE²) of angles (N,)."""
    return pictures(torch.tensor(np.asarray(angles, dtype=np.float32))).numpy()


def stepped(angles, pushes):
    """The angles a step later."""
    return after(torch.tensor(np.asarray(angles)), torch.tensor(np.asarray(pushes))).numpy()


def drive(angle, pushes):
    """The angles (T + 1,) that pushes (T,) lead through."""
    way = [np.float64(angle)]
    for push in pushes:
        way.append(stepped(way[-1], push))
    return np.array(way)


def between(way, at):
    """What is at a place of a way (T + 1, …), which comes to rest at each step."""
    step = min(int(at), len(way) - 2)
    share = np.clip(at - step, 0, 1)
    return way[step] + (3 * share**2 - 2 * share**3) * (way[step + 1] - way[step])


def frame(way, at):
    """The picture (SIDE, SIDE) at a place of a way."""
    return seen([between(way, at)]).reshape(SIDE, SIDE)


def arrow(way, pushes, at):
    """Where a push begins and ends, (2, 1, 2) in pixels: it grows, and goes."""
    angle, push = between(way, at), pushes[min(int(at), len(pushes) - 1)]
    down, up = np.array([np.sin(angle), -np.cos(angle)]), np.array([np.cos(angle), np.sin(angle)])
    tail = SIDE / 2 * (1 + LENGTH * down)
    grown = np.sin(np.pi * np.clip(at - int(at), 0, 1)) if at < len(pushes) else 0
    return np.stack([tail, tail + WIDE * push * grown * up])[:, None]


def track(way, at):
    """Steps and angles (S, 2) of a way as far as it has been gone."""
    gone = np.minimum(np.linspace(0, len(way) - 1, 20 * len(way)), at)
    return np.stack([gone, [between(way, each) for each in gone]], axis=1)
