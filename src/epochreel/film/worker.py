"""A process that draws the plays of a clip that another one asks for (see `jobs`)."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
from traceback import format_exc

from manim import config, logger

from epochreel import Run
from epochreel.film.camera import EndSceneEarlyException
from epochreel.film.jobs import Job
from epochreel.film.rendering import clip_class

__all__ = ["work"]


def work(descriptor: int) -> None:
    """Draw for the process at the other end of a connection until it wants no more.

    What is raised is sent there, with its traceback as a note.
    """
    with Connection(descriptor) as pipe:
        try:
            _draw(pipe, pipe.recv())
        except Exception as error:
            error.add_note(format_exc())
            with suppress(ConnectionError):  # nobody is there any more
                pipe.send(error)


def _draw(pipe: Connection, job: Job) -> None:
    config.update(job.settings)
    logger.setLevel(config.verbosity)
    wanted: int = -1

    def share(number: int) -> bool:
        nonlocal wanted
        if number > wanted:
            pipe.send(("next", number))
            answer = pipe.recv()
            if answer is None:
                raise EndSceneEarlyException
            wanted = answer
        return number == wanted

    def tell(frames: int) -> None:
        if scene.renderer.num_plays == wanted:
            pipe.send(("drawn", frames))

    run = None if job.run is None else Run.open(job.run)
    scene = clip_class(job.scene)(theme=job.theme, run=run, cut=job.cut, observer=tell)
    scene.renderer.redraw, scene.renderer.share = job.redraw, share
    scene.perform()
