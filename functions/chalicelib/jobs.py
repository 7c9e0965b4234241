"""The background jobs on AWS: the same ones as of one machine (`mianzheng.local.jobs`), over buckets and GitHub.

Every run is a fresh one: what ran last, and when the next night's job is due, is read from the beats in the table.
So the clock watch compares with the table only; a function's own clock stands still while it is frozen.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chalicelib.lists import GitHubList, ListPublisher
from mianzheng.adapters.forge.github.connecting import Connection
from mianzheng.adapters.forge.teams import Teams, teams_in
from mianzheng.adapters.mail import SMTPMailer
from mianzheng.adapters.s3 import Bucket, S3LiveFiles
from mianzheng.adapters.s3_mail import S3Mailboxes, S3Mailer
from mianzheng.cases.letters import MAIL
from mianzheng.complaints.attached import TOPIC as FILES
from mianzheng.complaints.notices import REGISTER
from mianzheng.complaints.register import FOLDER, PAGE_TOPIC
from mianzheng.jobs.clock_watch import ClockWatch
from mianzheng.jobs.files import LeftFiles
from mianzheng.jobs.live import write_live
from mianzheng.jobs.mail import Mail
from mianzheng.jobs.notices import end_notices
from mianzheng.jobs.outbox import Handler, deliver
from mianzheng.jobs.proposals import ProposalWork
from mianzheng.jobs.reconciling import Reconciler
from mianzheng.jobs.register import Register
from mianzheng.jobs.runner import Job
from mianzheng.jobs.sweep import PROPOSAL_SWEEPERS, complaint_sweeper, sweep_due
from mianzheng.local.clocks_and_ids import real_time
from mianzheng.local.nightly import MINUTE, nightly_jobs
from mianzheng.local.places import MAILBOXES, OUTBOX_FOLDER, REGISTRAR
from mianzheng.proposals.handling import FORGE, SITE
from mianzheng.web.services import Services

NO_SENDER = "mianzheng@invalid"
"""Sender of letters that only lie in the bucket, where none is set."""


@dataclass(frozen=True)
class CloudJobs:
    """What the jobs need beside the services: `live` is the bucket of live files, `kept` the private one."""

    services: Services
    live: Bucket
    kept: Bucket

    def quick(self) -> list[Job]:
        """What people wait for, every minute. Raises BadArgument when GitHub's settings cannot be used."""
        store, now, log = self.services.store, self.services.now, self.services.log
        sweepers = complaint_sweeper(self.services.catalog, self.services.keys) | PROPOSAL_SWEEPERS
        moving = []
        if (work := self.work) and (publisher := self._publisher):
            live = S3LiveFiles(self.live)
            reconciler = Reconciler(work, lambda: publisher.commit)
            moving = [
                Job("forge", MINUTE, lambda: reconciler.turn(now())),
                Job("proposals", MINUTE, lambda: f"推进 {work.advance(now())} 件"),
                Job("live", MINUTE, lambda: write_live(store, self.services.catalog(), live, self.services.now())),
            ]
        return [
            *moving,
            Job("outbox", MINUTE, lambda: deliver(store, self.handlers(), now)),
            Job("notices", MINUTE, lambda: end_notices(store, now())),
            Job("sweep", MINUTE, lambda: sweep_due(store, sweepers, now, log)),
            Job("clock", MINUTE, ClockWatch(store, now, time.monotonic)),
        ]

    def slow(self) -> list[Job]:
        """What goes through everything; asked for every five minutes, most of it is due once a night."""
        following = []
        if publisher := self._publisher:
            following = [Job("list", 5 * MINUTE, publisher.report)]
        return [*following, *nightly_jobs(S3LiveFiles(self.live), self.services)]

    def handlers(self) -> dict[str, Handler]:
        """Topic → what delivers it. What has no handler (no GitHub, no register set) waits in the outbox."""
        services, mail = self.services, self.services.settings.mail
        folder = S3Mailer(self.kept.under(f"{OUTBOX_FOLDER}/"), mail.sender or NO_SENDER)
        smtp = SMTPMailer(mail.host, mail.port, mail.sender, mail.security, mail.login, mail.password)
        found: dict[str, Handler] = {
            MAIL: Mail(
                mailer=smtp if mail.host else folder,
                folder=folder,
                mailboxes=S3Mailboxes(self.kept, mail.mailboxes or MAILBOXES),
                catalog=services.catalog,
                settings=services.settings,
            )
        }
        if services.files:
            found[FILES] = LeftFiles(services.store, services.files)
        if name := services.settings.forge.register:
            forge = self._connection.forge(name, folder=FOLDER, bot=REGISTRAR)
            register = Register(services.store, forge, services.catalog, services.keys)
            found |= {REGISTER: register.enter, PAGE_TOPIC: register.write}
        if work := self.work:
            found |= {FORGE: work.deliver, SITE: work.show}
        return found

    @cached_property
    def work(self) -> ProposalWork | None:
        """What takes proposals to GitHub; None where no GitHub is set."""
        if self._list is None or self._publisher is None:
            return None
        publisher = self._publisher
        return ProposalWork(self.services.store, self._list.forge, self._list, publisher.publish, self._teams().of)

    @cached_property
    def _list(self) -> GitHubList | None:
        settings = self.services.settings.forge
        if settings.kind != "github":
            return None
        return GitHubList(self._connection.forge(settings.repository), self._connection.repository())

    @cached_property
    def _publisher(self) -> ListPublisher | None:
        return ListPublisher(self._list, self.live) if self._list else None

    def _teams(self) -> Teams:
        file = self.services.settings.forge.teams
        return teams_in(Path(file)) if file else Teams()

    @property
    def _connection(self) -> Connection:
        return Connection(self.services.settings.forge, real_time)
