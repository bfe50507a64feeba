"""The studio's page and what it asks for, on this machine alone."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as Asked
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from epochreel.errors import EpochreelError
from epochreel.files import ASSETS
from epochreel.look import formats
from epochreel.look.aspects import ASPECTS
from epochreel.look.style import THEMES, load
from epochreel.studio.guard import Guard
from epochreel.studio.orders import Look
from epochreel.studio.studio import Studio

__all__ = ["listening", "server"]

HOST = "127.0.0.1"
OWN = (
    ASSETS / "gallery" / "gallery.css",
    *(ASSETS / "studio" / name for name in ("studio.css", "studio.js", "timeline.js")),
)
TYPES = {".css": "text/css", ".js": "text/javascript"}
BREATH = 10.0
"""Seconds of silence after which a stream says that it is there still."""
REFUSED = 409
"""The status of a frame that cannot be drawn; the body is the sentence."""


def listening(port: int) -> tuple[socket.socket, str]:
    """A socket that this machine alone can reach, and its host and port; 0 is any free port.

    Raises EpochreelError for a port that cannot be had.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise EpochreelError(
            f"Port {port} cannot be had ({reason}); choose another with --port, or none."
        ) from error
    return listener, f"{HOST}:{listener.getsockname()[1]}"


def server(looks: Sequence[Look], studio: Studio, host: str) -> tuple[str, uvicorn.Server]:
    """The address of the page for some looks of a clip, and what serves it to a host and port."""
    token = secrets.token_urlsafe(24)
    settings = uvicorn.Config(
        Guard(application(looks, studio, token), host, token),
        access_log=False,
        http="h11",
        lifespan="on",
        log_level="critical",
        loop="asyncio",
        server_header=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    return f"http://{host}/{token}/", uvicorn.Server(settings)


def application(looks: Sequence[Look], studio: Studio, token: str) -> ASGIApp:
    """The page for some looks of a clip, behind a token."""
    first = looks[0]
    by_name = {
        each.name: each
        for aspect in ASPECTS
        for theme in THEMES
        for each in [Look(first.scene, aspect, theme, first.quality)]
    }
    written = _written(first.scene.stem, looks)
    assets = {path.name: path.read_bytes() for path in OWN}
    assets["colours.css"] = formats.page_css(load("dark"), load("print")).encode()

    def look(name: str) -> Look:
        if name not in by_name:
            raise HTTPException(404)
        return by_name[name]

    async def page(_: Asked) -> Response:
        return HTMLResponse(written)

    async def asset(asked: Asked) -> Response:
        name = asked.path_params["name"]
        if name not in assets:
            raise HTTPException(404)
        return Response(assets[name], media_type=TYPES[Path(name).suffix])

    async def frame(asked: Asked) -> Response:
        given = asked.path_params
        try:
            picture = await studio.frame(look(given["look"]), given["number"])
        except EpochreelError as error:
            return PlainTextResponse(str(error), REFUSED)
        return Response(picture, media_type="image/jpeg")

    async def told(asked: Asked) -> Response:
        shown = [look(name) for name in asked.query_params.getlist("look")]
        return StreamingResponse(_stream(studio, shown), media_type="text/event-stream")

    def life(_: Starlette) -> AbstractAsyncContextManager[None]:
        return studio.open()

    routes = [
        Route("/", page),
        Route("/told", told),
        Route("/frames/{look}/{number:int}", frame),
        Route("/{name}", asset),
    ]
    return Starlette(routes=[Mount(f"/{token}", routes=routes)], lifespan=life)


def _written(name: str, looks: Sequence[Look]) -> str:
    templates = Environment(
        loader=FileSystemLoader([ASSETS / "studio", ASSETS / "gallery"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shapes, themes = ({getattr(look, kind) for look in looks} for kind in ("aspect", "theme"))
    return templates.get_template("studio.html").render(
        name=name, shapes=shapes, themes=themes, every_shape=ASPECTS, every_theme=THEMES
    )


async def _stream(studio: Studio, shown: Sequence[Look]) -> AsyncIterator[str]:
    """All that is told, one line of JSON an event: what, of which look, and what of it."""
    with studio.audience(shown) as heard:
        while True:
            try:
                async with asyncio.timeout(BREATH):
                    told = await heard.get()
            except TimeoutError:
                yield ":\n\n"
            else:
                yield f"data: {json.dumps(told, allow_nan=False)}\n\n"
