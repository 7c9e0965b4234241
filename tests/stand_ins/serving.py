"""A stand-in on a free port of this machine."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: the tests have their own words."""


@contextlib.contextmanager
def serving(hub: Callable[[Any, Any], Any]) -> Iterator[str]:
    """The stand-in on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, hub, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
