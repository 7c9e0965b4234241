"""The slow jobs, wherever they run: what they write goes where the site finds it."""

from __future__ import annotations

import datetime

from mianzheng.complaints.retention import Periods
from mianzheng.jobs.duties import remind_of_duties
from mianzheng.jobs.nightly import check_history, destroy_old
from mianzheng.jobs.objections import destroy_objections
from mianzheng.jobs.recounting import watch_calendars
from mianzheng.jobs.runner import DAY, Job
from mianzheng.jobs.statistics import publish_statistics
from mianzheng.ports import LiveFiles
from mianzheng.web.services import Services

MINUTE = datetime.timedelta(minutes=1)


def nightly_jobs(live: LiveFiles, services: Services) -> list[Job]:
    """What goes through everything: in the small hours, the calendars several times a day."""
    store, keys, now, log = services.store, services.keys, services.now, services.log
    settings = services.settings
    periods = Periods(person=settings.keep_person, words=settings.keep_words)

    def statistics() -> str:
        known = services.catalog()
        return publish_statistics(store, live, known, keys, now(), demonstration=settings.demonstration)

    return [
        Job("calendars", 5 * MINUTE, lambda: watch_calendars(store, services.catalog, keys, now, log)),
        Job("statistics", DAY, statistics, datetime.time(0, 30)),
        Job("duties", DAY, lambda: remind_of_duties(store, services.catalog(), now()), datetime.time(1, 0)),
        Job("integrity", DAY, lambda: check_history(store, log), datetime.time(1, 30)),
        Job("objections", DAY, lambda: destroy_objections(store, now, log), datetime.time(2, 45)),
        Job("retention", DAY, lambda: destroy_old(store, keys, periods, now, log), datetime.time(2, 30)),
    ]
