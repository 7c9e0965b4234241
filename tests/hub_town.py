"""Towns whose list lies on the stand-ins of GitHub and Gitee."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Response

from mianzheng.adapters.forge.gitee.connecting import transport
from mianzheng.adapters.forge.gitee.forge import GiteeForge
from mianzheng.adapters.forge.github.api import Transport
from mianzheng.adapters.forge.github.forge import GitHubForge
from mianzheng.adapters.forge.mirror import Mirror
from mianzheng.adapters.forge.rest import Api, Token
from mianzheng.model import Catalog
from tests.list_town import ListTown, change_of, owned, sent, step
from tests.stand_ins import gitee
from tests.stand_ins.bare import Bare
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub
from tests.stand_ins.serving import serving
from tests.web_client import Visitor


class HubTown(ListTown):
    """`hub` is the stand-in; `unit` is who sent the latest proposal."""

    hub: GitHub | gitee.Gitee
    unit: Visitor

    def opened(self) -> str:
        item, self.unit = owned(self, "test-yiyuan", "verify")
        return str(sent(self, change_of(self, item), self.unit)["id"])

    def studied(self) -> str:
        id = self.opened()
        step(self, self.staff("joint_conference_office"), id, "study")
        step(self, self.staff("justice"), id, "opine", opinion="合法")
        return id

    def branch(self, id: str) -> str:
        """The branch of its latest round."""
        number = self.case(id).data["number"]
        return [name for name in self.hub.bare.branches() if f"-{number}" in name][-1]

    def edited_by_hand(self, id: str) -> str:
        """A maintainer's commit on the branch of a proposal."""
        branch = self.branch(id)
        (path,) = self.hub.bare.git("diff", "--name-only", f"main...{branch}").split()
        text = self.hub.bare.file(branch, path).replace("打电话", "发函") + "\n"
        return self.hub.bare.commit(branch, {path: text})

    def approved(self, id: str) -> None:
        """The office's yes, after everybody else's."""
        step(self, self.staff("joint_conference_office"), id, "approve", opinion="同意")

    def merged_by_hand(self, id: str) -> str:
        """A maintainer merges the branch of a proposal."""
        git, branch = self.hub.bare.git, self.branch(id)
        tree = git("merge-tree", "--write-tree", "main", branch)
        made = git("commit-tree", tree, "-p", "main", "-p", branch, "-m", "手工合并")
        git("update-ref", "refs/heads/main", made)
        return made

    def answers(self, status: int, *calls: str, **headers: str) -> None:
        """From now on the hub gives these calls (all of them if none is named) this answer instead of doing them."""

        def instead(call: str) -> Response | None:
            return Response("{}", status, headers=headers) if not calls or call in calls else None

        self.hub.before = instead

    def works_again(self) -> None:
        """The hub does what it is asked to."""
        self.hub.before = self.hub.after = lambda call: None


@contextlib.contextmanager
def hub_town(catalog: Catalog, folder: Path, login: Callable[[], Any] = lambda: Token("ghp_test")) -> Iterator[HubTown]:
    """The town, with the stand-in served as long as it is used; every call to it has to fit GitHub's description."""
    hub = GitHub(Bare(folder / "forge.git"))
    with serving(hub) as address:
        town = HubTown(catalog)
        town.hub = hub

        def forge(path: Path) -> GitHubForge:
            api = Api(Transport(address, now=lambda: town.now), login(), sleep=lambda seconds: None)
            return GitHubForge(api, f"{OWNER}/{NAME}", BOT)

        yield town.under(folder, forge)
    assert hub.wrong == []


@contextlib.contextmanager
def gitee_town(catalog: Catalog, folder: Path) -> Iterator[HubTown]:
    """The same on Gitee's stand-in, behind a mirror."""
    hub = gitee.Gitee(Bare(folder / "forge.git"))
    with serving(hub) as address:
        town = HubTown(catalog)
        town.hub = hub

        def forge(path: Path) -> GiteeForge:
            api = Api(transport(f"{address}/api/v5", lambda: town.now), Token(gitee.TOKEN), sleep=lambda seconds: None)
            home = f"{gitee.OWNER}/{gitee.NAME}"
            mirror = Mirror(folder / "mirror.git", f"{address}/{home}.git", lambda: gitee.TOKEN, user=gitee.BOT)
            return GiteeForge(api, mirror, home, gitee.BOT)

        yield town.under(folder, forge)
    assert hub.wrong == []
