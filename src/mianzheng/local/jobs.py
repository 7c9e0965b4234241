"""The background jobs of one machine: quick ones, and slow ones that may take their time beside them."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mianzheng.adapters.forge import connecting
from mianzheng.adapters.forge.founding import founded
from mianzheng.adapters.forge.local import LocalForge
from mianzheng.adapters.mail import FolderMailer, SMTPMailer
from mianzheng.adapters.mailboxes import MailboxFile
from mianzheng.adapters.whole_files import FolderLiveFiles
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
from mianzheng.ports import Forge
from mianzheng.proposals.handling import FORGE, SITE
from mianzheng.web.services import Services

SOON = datetime.timedelta(seconds=2)
REGISTER_REPOSITORY, LIVE_FOLDER = "register.git", "live"
ABOUT_REGISTER = """# 投诉举报登记册

一个接收单位一天一个文件：`register/<地区>/<单位>/<年-月>/<年-月-日>.csv`。
每受理、办结、终止一件登记一行：编号、时间、情形、单位、事项、结果；没有姓名、电话和所写的内容。
这个仓库不公开，也不和清单的仓库相连。
"""


def quick_jobs(
    data: Path,
    services: Services,
    work: ProposalWork | None = None,
    elapsed: Callable[[], float] = time.monotonic,
    shown: Callable[[], str] = lambda: "",
) -> list[Job]:
    """What people wait for: deliveries, what has come due, and the clock itself. Raises Unavailable, OSError.

    Without `work` proposals wait: a rehearsal has no forge of its own. `shown`: the commit that the site shows.
    """
    store, now, log = services.store, services.now, services.log
    handlers = handlers_over(data, services)
    sweepers = complaint_sweeper(services.catalog, services.keys) | PROPOSAL_SWEEPERS
    moving = []
    if work:
        handlers |= {FORGE: work.deliver, SITE: work.show}
        reconciler = Reconciler(work, shown)
        live = FolderLiveFiles(data / LIVE_FOLDER)
        moving = [
            Job("forge", SOON, lambda: reconciler.turn(now())),
            Job("proposals", SOON, lambda: f"推进 {work.advance(now())} 件"),
            Job("live", SOON, lambda: write_live(store, services.catalog(), live, now())),
        ]
    return [
        *moving,
        Job("outbox", SOON, lambda: deliver(store, handlers, now)),
        Job("sweep", MINUTE, lambda: sweep_due(store, sweepers, now, log)),
        Job("notices", MINUTE, lambda: end_notices(store, now())),
        Job("clock", MINUTE, ClockWatch(store, now, elapsed)),
    ]


def slow_jobs(data: Path, services: Services) -> list[Job]:
    """What goes through everything: in the small hours, the calendars several times a day."""
    return nightly_jobs(FolderLiveFiles(data / LIVE_FOLDER), services)


def handlers_over(data: Path, services: Services) -> dict[str, Handler]:
    """Topic → what delivers it. Raises Unavailable, OSError when the register repository cannot be made."""
    mail = services.settings.mail
    folder = FolderMailer(data / OUTBOX_FOLDER, mail.sender or "mianzheng@localhost")
    smtp = SMTPMailer(mail.host, mail.port, mail.sender, mail.security, mail.login, mail.password)
    letters = Mail(
        mailer=smtp if mail.host else folder,
        folder=folder,
        mailboxes=MailboxFile(Path(mail.mailboxes) if mail.mailboxes else data / MAILBOXES),
        catalog=services.catalog,
        settings=services.settings,
    )
    register = Register(services.store, _register_forge(data, services), services.catalog, services.keys)
    handlers: dict[str, Handler] = {MAIL: letters, REGISTER: register.enter, PAGE_TOPIC: register.write}
    if services.files:
        handlers[FILES] = LeftFiles(services.store, services.files)
    return handlers


def _register_forge(data: Path, services: Services) -> Forge:
    forge = services.settings.forge
    if forge.register:
        return connecting.register_forge(forge, real_time, data, folder=FOLDER, bot=REGISTRAR)
    return register_forge(data / REGISTER_REPOSITORY, services.now())


def register_forge(repository: Path, at: datetime.datetime) -> LocalForge:
    """The private register repository, made at the first start. Raises Unavailable, OSError."""
    if not repository.exists():
        beside = Path(tempfile.mkdtemp())
        try:
            (beside / FOLDER).mkdir()
            (beside / FOLDER / "README.md").write_text(ABOUT_REGISTER, "utf-8")
            founded(beside / FOLDER, repository, at, bot=REGISTRAR)
        finally:
            shutil.rmtree(beside)
    return LocalForge(repository, folder=FOLDER, bot=REGISTRAR)
