"""The Chalice application. Packaging reads from it what there is: routes, jobs, the doorbell.

A request never passes through Chalice's own dispatch, whose `current_request` is shared by all threads: the event goes
to WSGI as it came, and the core answers.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent

from chalicelib import wiring
from mianzheng.web.table import ROUTES


class Gateway(Chalice):
    """What API Gateway calls."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        return wiring.answer(event, context)


app = Gateway("mianzheng", configure_logs=False)
# 一切内容都按字节收：不经 API Gateway 转码，两种运行方式收到的一样
app.api.binary_types = ["*/*"]


def unreached() -> None:
    """Stands for every route; `Gateway` answers before."""
    raise AssertionError("a request went through Chalice's dispatch")


for _path, _methods in wiring.paths(ROUTES).items():
    app.route(_path, methods=_methods, name=_path)(unreached)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def quick(event: CloudWatchEvent) -> str:
    """Deliver what is due, move proposals on, sweep what has come due."""
    return wiring.run("quick")


@app.schedule(Rate(5, unit=Rate.MINUTES))
def slow(event: CloudWatchEvent) -> str:
    """Follow the list, watch the calendars; at night figures, the check of the history, retention."""
    return wiring.run("slow")


@app.on_sqs_message(queue="mianzheng-doorbell", batch_size=10, maximum_concurrency=2)
def doorbell(event: SQSEvent) -> str:
    """Somebody says that something new lies in the outbox: look now. The message itself says nothing."""
    return wiring.run("outbox")
