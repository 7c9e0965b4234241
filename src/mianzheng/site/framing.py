"""Shells around pages: what is the same on every page of a depth is filled in once."""

from __future__ import annotations

from markupsafe import escape

from mianzheng.model import Catalog
from mianzheng.site.setting import Setting
from mianzheng.site.shells import Shells, depth_of, root_from
from mianzheng.views.phrases import Phrases


class Frames:
    """The shells of one build."""

    def __init__(self, catalog: Catalog, shells: Shells, setting: Setting) -> None:
        self._catalog = catalog
        self._shells = shells
        self._setting = setting
        self._say = Phrases(catalog)
        self._mark = "演示 · " if setting.demonstration else ""
        self._common = [self._everywhere("../" * depth or "./") for depth in range(len(shells.by_depth))]
        pairs = zip(shells.by_depth, self._common, strict=True)
        self.by_depth = [shell.fill_partly(common) for shell, common in pairs]

    def around(
        self,
        depth: int,
        *,
        url: object,
        kind: str,
        title: object,
        description: object,
        body: str,
        head: object = "",
        feed: str = "",
    ) -> str:
        """A page of a record in the shell of its depth; `head` and `body` are HTML. Takes blanks for what it prints."""
        return self.by_depth[depth].fill(
            {
                "TITLE": escape(f"{self._mark}{title}"),
                "DESCRIPTION": escape(f"{description}"),
                "CANONICAL": self._canonical(url, feed, "../" * depth or "./"),
                "HEAD": f"{head}",
                "CLASS": f"kind-{kind}",
                "BODY": body,
            }
        )

    def hand_written(self, path: str) -> str:
        """A page that the generator built, completed."""
        url = path.removesuffix("index.html")
        if path == "404.html":  # answers at any depth, so its links start at the root
            values = self._everywhere("/") | {"CANONICAL": ""}
        else:
            values = self._common[depth_of(url)] | {"CANONICAL": self._canonical(url, "", root_from(url))}
        shell = self._shells.pages[path]
        return shell.fill({name: values.get(name, "") for name in shell.names})

    def _everywhere(self, root: str) -> dict[str, str]:
        """What is the same on every page of a depth."""
        links = "".join(
            f'<li><a href="{root}{home.place.id}/">{escape(home.place.name)}</a></li>'
            for home in self._catalog.places.values()
        )
        demonstration = self._setting.demonstration
        banner = (
            f'<aside class="banner" aria-label="演示说明">{escape(self._say("demonstration"))}</aside>'
            if demonstration
            else ""
        )
        return {
            "ROBOTS": '<meta name="robots" content="noindex, nofollow">' if demonstration else "",
            "BANNER": banner,
            "PLACES": f'<details class="switcher"><summary>选地区</summary><ul>{links}</ul></details>',
            "FOOT": f"数据截至 {self._setting.day}",
        }

    def _canonical(self, url: object, feed: str, root: str) -> str:
        link = f'<link rel="canonical" href="{escape(f"{self._setting.base_url}{url}")}">'
        if feed:
            link += f'<link rel="alternate" type="application/atom+xml" title="清单的变化" href="{root}{feed}">'
        return link
