"""What keeps the studio to the one page that it opened: no other origin gets anything."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect")),
        "img-src data:",  # the empty icon
        *(f"{kind} 'none'" for kind in ("base-uri", "form-action", "frame-ancestors")),
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Let requests through that name this host, come from its own page, and know the token.

    A page elsewhere that has its name lead here (DNS rebinding) sends another Host; one that links
    to here, fetches or embeds says in Origin or Sec-Fetch-Site that it is another's.
    """

    def __init__(self, app: ASGIApp, host: str, token: str) -> None:
        self.app, self.host, self.token = app, host, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with 403 and nothing else where it is not to be let through."""
        if scope["type"] == "http" and not self._knows(scope):
            await Response(status_code=403, headers=HEADERS)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, guarded)

    def _knows(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        token = f"{scope['path']}/".split("/")[1]
        return (
            headers.get("host") == self.host
            and headers.get("origin", f"http://{self.host}") == f"http://{self.host}"
            and headers.get("sec-fetch-site", "none") in ("none", "same-origin")
            and secrets.compare_digest(token.encode(), self.token.encode())
        )
