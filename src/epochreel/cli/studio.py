"""The command that opens the studio."""

from __future__ import annotations

from pathlib import Path

import click

from epochreel.cli.group import epochreel
from epochreel.cli.options import LOOKS, QUALITY, SHAPES


@epochreel.command()
@click.argument("clip", type=click.Path(path_type=Path), metavar="NAME")
@click.option("--aspect", default="16:9", show_default=True, metavar="A,...", help=SHAPES)
@click.option("--theme", default="dark", show_default=True, metavar="T,...", help=LOOKS)
@click.option("--quality", type=QUALITY, default="medium", show_default=True)
@click.option("--port", type=int, default=0, help="Of this machine.  [default: a free one]")
@click.option("--no-open", is_flag=True, help="Open no browser; only tell the address.")
def studio(clip: Path, aspect: str, theme: str, quality: str, port: int, no_open: bool) -> None:
    """Show a clip in the browser while it is written: any moment of it, after each save.

    NAME is a clip's name or the file of its scene. Only this machine is served, until Ctrl-C.
    """
    import os
    import webbrowser
    from contextlib import suppress
    from functools import partial

    from epochreel.crew.local import Processes
    from epochreel.studio.orders import looks_of
    from epochreel.studio.serving import listening, server
    from epochreel.studio.studio import Studio

    looks = looks_of(clip, aspect, theme, quality)
    listener, host = listening(port)
    # Nets that are small enough to draw only wait for a second thread, and so do those beside them.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with listener, suppress(KeyboardInterrupt):  # which is how it ends
        address, serving = server(looks, Studio(looks, partial(Processes, 1)), host)
        click.echo(f"{address}\nCtrl-C ends it.")
        if not no_open:
            webbrowser.open(address)  # which waits until it is served
        serving.run(sockets=[listener])
