"""Take a picture of every kind of page: phone and desktop, light, dark, large print, print.

    scripts/screens.py [--url http://127.0.0.1:8000/] [--out build/screens] [--only item-no-need,home]

The site must be served (`make serve`). Needs Chromium. What was seen goes to docs/looks.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import Any

PHONE, DESKTOP = (390, 844), (1200, 900)
MODES: dict[str, tuple[tuple[int, int], str]] = {
    "phone": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
    "phone-large": (PHONE, "large"),
    "desktop": (DESKTOP, "light"),
    "desktop-dark": (DESKTOP, "dark"),
    "print": (DESKTOP, "print"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def page_kinds(site_url: str) -> dict[str, str]:
    """One address of each kind of page of a served site: kind → address from the root."""
    with urllib.request.urlopen(site_url + "data/v1/items.json") as answer:
        items = json.load(answer)["records"]

    def item(place: str = "", **derived: str) -> str:
        return next(
            str(i["derived"]["url"])
            for i in items
            if (not place or i["place"] == place) and all(i["derived"][k] == v for k, v in derived.items())
        )

    some = next(i for i in items if i["derived"]["answer"] == "no_need" and len(i["versions"]) > 1)
    older = some["versions"][1]["from"]
    place = some["place"]
    return {
        "home": "",
        "place": f"{place}/",
        "item-no-need": some["derived"]["url"],
        "item-commit": item(answer="commit"),
        "item-still-needed": item(answer="still_needed"),
        "item-cancelled": item(answer="cancelled"),
        "item-licence": item("demo-wuhai", answer="no_need"),
        "item-later": item("demo-qingshen", answer="later"),
        "version": f"{some['derived']['url']}v/{older}/",
        "service": f"{place}/services/{some['service']}/",
        "body": f"{place}/bodies/{some['requesting_body']}/",
        "kind": f"kinds/{some['kind']}/",
        "kind-committee": "kinds/kd-" + _committee(site_url),
        "kinds": "kinds/",
        "law": f"legal-bases/{some['legal_bases'][0]['basis']}/",
        "laws": "legal-bases/",
        "list": "demo-yiyuan/lists/exemption/",
        "list-services": "demo-qingshen/lists/township/",
        "advice": "demo-qingshen/advice/",
        "editions": "demo-yiyuan/editions/",
        "topic": "topics/marriage/",
        "topics": "topics/",
        "changes": "changes/",
        "notices": "notices/",
        "statistics": "statistics/",
        "deadlines": "tools/deadlines/",
        "search": "search/",
        "help": "help/",
        "help-answers": "help/answers/",
        "help-complain": "help/complain/",
        "suggestion": f"suggestions/new?item={some['id']}",
        "suggestion-lookup": "suggestions/lookup",
        "data": "data/",
        "about": "about/",
        "missing": "no-such-page/",
    }


def _committee(site_url: str) -> str:
    with urllib.request.urlopen(site_url + "data/v1/kinds.json") as answer:
        kinds = json.load(answer)["records"]
    return str(next(k["id"][3:] for k in kinds if k.get("may_not_issue"))) + "/"


def shoot(url: str, out: Path, only: set[str]) -> int:
    """Take the pictures; returns how many."""
    from playwright.sync_api import sync_playwright

    kinds = {kind: path for kind, path in page_kinds(url).items() if not only or kind in only}
    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for mode, ((width, height), look) in MODES.items():
            options: Any = {"viewport": {"width": width, "height": height}}
            context = browser.new_context(**options, color_scheme="dark" if look == "dark" else "light")
            if look == "large":
                context.add_init_script("localStorage.zmPrint = 'large'")
            page = context.new_page()
            if look == "print":
                page.emulate_media(media="print")
            for kind, address in kinds.items():
                page.goto(url + address)
                page.screenshot(path=out / f"{kind}-{mode}.png", full_page=True)
                count += 1
            print(f"{mode}：{len(kinds)} 张", file=sys.stderr)
            context.close()
        browser.close()
    return count


def main(argv: list[str] | None = None) -> int:
    """Take the pictures; see the module's head."""
    parser = argparse.ArgumentParser(description="给每种页面拍屏幕截图")
    parser.add_argument("--url", default="http://127.0.0.1:8000/", help="正在运行的网站")
    parser.add_argument("--out", type=Path, default=Path("build/screens"), metavar="DIR", help="图片放到哪里")
    parser.add_argument("--only", default="", help="只拍这几种页面，逗号分隔")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        count = shoot(options.url.rstrip("/") + "/", options.out, set(filter(None, options.only.split(","))))
    except OSError as error:
        print(f"打不开 {options.url}：{error}。请先在另一个窗口运行 make serve。", file=sys.stderr)
        return 1
    except StopIteration:
        print("找不到 Chromium，或网站里缺少某种页面。", file=sys.stderr)
        return 1
    print(f"{count} 张，在 {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
