"""Who does not come from the studio's own page, by its own address, gets nothing."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from epochreel.studio.guard import Guard

HOST, TOKEN = "127.0.0.1:8123", "secret"


def asked(path="/secret/", **headers):
    """The status, the headers and the body of an answer."""
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    given = {"host": HOST, **{name.replace("_", "-"): text for name, text in headers.items()}}
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(name.encode(), text.encode()) for name, text in given.items() if text],
    }
    asyncio.run(Guard(PlainTextResponse("a frame"), HOST, TOKEN)(scope, receive, send))
    start, *rest = sent
    return start["status"], dict(start["headers"]), b"".join(each["body"] for each in rest)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": f"http://{HOST}"},
        {"sec_fetch_site": "none"},
    ],
)
def test_its_own_page_is_answered_and_told_to_load_nothing_else(headers):
    status, said, body = asked(**headers)
    assert (status, body) == (200, b"a frame")
    assert said[b"content-security-policy"].startswith(b"default-src 'none'; script-src 'self'")
    assert said[b"referrer-policy"] == b"no-referrer"
    assert said[b"cross-origin-resource-policy"] == b"same-origin"


@pytest.mark.parametrize(
    "given",
    [
        {"host": "evil.example:8123"},
        {"host": "localhost:8123"},
        {"host": "127.0.0.1:8124"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8124"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"path": "/"},
        {"path": ""},
        {"path": "/secre/"},
        {"path": "/secrets/"},
        {"path": "//secret/"},
        {"path": "/é/"},
    ],
)
def test_all_others_get_nothing(given):
    status, _, body = asked(**given)
    assert (status, body) == (403, b"")
