"""What docs/deploy promises: unit files, nginx, backup; nginx itself serves the built site just as our server does."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from waitress import create_server
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from mianzheng.catalog_files.loading import Loaded
from mianzheng.local.installation import local_services
from mianzheng.local.server import WholeSite
from mianzheng.settings import NAMES, Settings, settings_from
from mianzheng.web.application import Application
from mianzheng.web.static_site import StaticSite
from mianzheng.web.table import ROUTES
from tests.conftest import ROOT
from tests.filing import full
from tests.web_client import Town

DEPLOY = ROOT / "docs" / "deploy"
PAGES = "".join(path.read_text("utf-8") for path in (ROOT / "docs" / "deploy.md", *sorted(DEPLOY.glob("*.md"))))
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer", ".path"))


def named(text: str) -> list[str]:
    """Paths of the project that a file names."""
    return re.findall(r"/opt/mianzheng/([\w./-]+)", text) + re.findall(r"\b((?:scripts|docs)/[\w./-]+\.\w+)", text)


@pytest.mark.parametrize("file", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_a_file_of_the_deployment_names_only_what_there_is(file: Path) -> None:
    for path in named(file.read_text("utf-8")):
        if not path.startswith((".venv/", "build")):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("file", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_the_instructions_name_every_file_of_the_deployment(file: Path) -> None:
    assert f"deploy/{file.name}" in PAGES


def test_the_instructions_name_only_what_there_is() -> None:
    for path in named(PAGES):
        if not path.startswith((".venv/", "build")):
            assert (ROOT / path).exists(), path
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", PAGES)) <= targets
    assert set(re.findall(r"MIANZHENG_[A-Z_]+", PAGES)) <= set(NAMES) | {
        "MIANZHENG_FORGE_KEY"
    }  # only in the secret on AWS


def test_the_environment_file_is_taken_as_it_stands() -> None:
    lines = [line for line in (DEPLOY / "environment").read_text("utf-8").splitlines() if line and line[0] != "#"]
    given = dict(line.split("=", 1) for line in lines)
    assert given.keys() <= NAMES.keys()
    settings = settings_from(given)
    assert (settings.deployment, settings.trusted_hops, settings.secure) == ("operating", 1, True)


def test_the_server_is_started_with_arguments_that_it_knows(tmp_path: Path) -> None:
    from scripts import serve

    line = re.search(r"^ExecStart=\S+ scripts/serve.py (.*)$", (DEPLOY / "mianzheng.service").read_text(), re.M)
    assert line
    options = serve._parser().parse_args(line[1].split())
    assert str(options.site) in (DEPLOY / "nginx.conf").read_text("utf-8")
    assert f"127.0.0.1:{options.port}" in (DEPLOY / "nginx.conf").read_text("utf-8")
    assert str(options.data) in (DEPLOY / "mianzheng-backup.service").read_text("utf-8")
    assert not options.demo


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="没有 systemd-analyze")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_unit(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, cwd=DEPLOY, check=False)
    said = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert said == []


# -- backup


def test_a_backup_holds_everything_but_the_keys_and_is_rehearsed(tmp_path: Path, shipped: Loaded) -> None:
    data, target = tmp_path / "data", tmp_path / "kept"
    services = local_services(data, Settings(), lambda: shipped.catalog, lambda: Town.now)
    services.store.commit(full("c1"))
    subprocess.run(["git", "init", "--quiet", "--bare", data / "forge.git"], check=True)
    tree = subprocess.run(
        ["git", "-C", data / "forge.git", "mktree"], input="", capture_output=True, text=True, check=True
    ).stdout.strip()
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    made = subprocess.run(
        ["git", "-C", data / "forge.git", *who, "commit-tree", tree, "-m", "x"], capture_output=True, text=True,
        check=True,
    ).stdout.strip()  # fmt: skip
    subprocess.run(["git", "-C", data / "forge.git", "update-ref", "refs/heads/main", made], check=True)
    target.mkdir()
    (target / "2020-01-01-030000").mkdir()
    (target / "half.unfinished").mkdir()
    done = subprocess.run([DEPLOY / "backup.sh", data, target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "没有发现问题" in done.stdout
    found = sorted(path.name for path in target.iterdir())
    assert found[0] == "2020-01-01-030000" and len(found) == 2
    (kept,) = [path for path in target.iterdir() if path.name != found[0]]
    assert sorted(path.name for path in kept.iterdir()) == ["cases.sqlite", "forge.bundle"]
    clone = subprocess.run(["git", "clone", "--quiet", "--bare", kept / "forge.bundle", tmp_path / "again.git"])
    assert clone.returncode == 0


def test_a_backup_that_fails_says_so_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "kept" / "2026-01-01-030000").mkdir(parents=True)
    command = [DEPLOY / "backup.sh", tmp_path / "nothing", tmp_path / "kept"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and done.stderr
    assert "2026-01-01-030000" in [path.name for path in (tmp_path / "kept").iterdir()]
    assert "备份好了" not in done.stdout


# -- nginx


@pytest.fixture(scope="module")
def front(built: Path, loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Client]]:
    """nginx by the shipped file over the built site and our application; and our own server, to compare with."""
    if not NGINX:
        pytest.skip("没有 nginx（Debian：apt install nginx-light）")
    folder = tmp_path_factory.mktemp("nginx")
    town = Town(loaded.catalog)
    services = replace(town.services, settings=replace(town.services.settings, trusted_hops=1))
    whole = WholeSite(StaticSite(built), Application(ROUTES, services))
    server = create_server(
        ProxyFix(whole, x_for=1, x_proto=0), host="127.0.0.1", port=0, ident=None, clear_untrusted_proxy_headers=False
    )
    threading.Thread(target=server.run, daemon=True).start()
    secure, port = _free(), _free()
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True,
    )  # fmt: skip
    for old, new in {
        "/etc/letsencrypt/live/mianzheng.example.org": str(folder), "/var/lib/mianzheng/site": str(built),
        "127.0.0.1:8000": f"127.0.0.1:{server.effective_port}", "listen [::]:": "# listen [::]:",
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl", "listen 80;": f"listen 127.0.0.1:{port};",
    }.items():  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text, "utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # 以 root 运行时，工作进程也要读得到 root 的临时文件夹
    user = "user root; " if os.getuid() == 0 else ""
    main = f"{user}pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}\n"
    (folder / "nginx.conf").write_text(
        f"{main} http {{ access_log off; {temporary} include {folder}/site.conf; }}", "utf-8"
    )
    command = [NGINX, "-e", folder / "error.log", "-c", folder / "nginx.conf", "-g", "daemon off;"]
    tested = subprocess.run([NGINX, "-t", *command[1:5]], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(secure)
        yield f"127.0.0.1:{secure}", Client(whole)
    finally:
        process.terminate()
        process.wait(10)
        server.close()


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx 没有启动")


def fetched(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What nginx answers."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection(address, timeout=10, context=context)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = dict(answer.getheaders())
    body = answer.read()
    connection.close()
    return answer.status, found, body


SAME = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
        "Cross-Origin-Opener-Policy", "X-Robots-Tag", "Cache-Control", "Location")  # fmt: skip
SHOWN = [
    "/", "/search/", "/search", "/assets/site.css", "/search/manifest.json", "/changes/feed.xml", "/sitemap.xml",
    "/data/v1/items.json", "/robots.txt", "/nothing/at/all/", "/headers.json", "/headers.nginx.conf",
    "/redirects.json", "/test-yiyuan/", "/complaints/new", "/office/login", "/healthz", "/api/v1/openapi.json",
    "/api/v1/nothing", "/office/",
]  # fmt: skip


@pytest.mark.parametrize("path", SHOWN)
def test_nginx_answers_as_our_own_server_does(front: tuple[str, Client], path: str) -> None:
    address, own = front
    status, headers, body = fetched(address, path, Accept="text/html")
    wanted = own.get(path, headers={"Accept": "text/html"})
    assert status == wanted.status_code
    for name in SAME:
        if status == 301 and name in ("Content-Type", "Cache-Control"):
            continue
        assert headers.get(name, "").lower() == wanted.headers.get(name, "").lower(), name
    if status == 200 and path not in ("/complaints/new", "/office/login"):
        assert body == wanted.get_data()
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_every_file_of_the_site_has_the_type_that_our_own_server_gives_it(
    front: tuple[str, Client], built: Path
) -> None:
    address, own = front
    found = {path.suffix: path for path in built.rglob("*") if path.is_file() and path.suffix}
    hidden = {".conf"}
    assert found.keys() >= {".html", ".json", ".js", ".css", ".xlsx", ".docx", ".csv"}
    for suffix, file in found.items():
        if suffix in hidden or file.name in ("headers.json", "redirects.json"):
            continue
        path = "/" + file.relative_to(built).as_posix()
        _, headers, _ = fetched(address, path, "HEAD")
        assert headers["Content-Type"].lower() == own.head(path).headers["Content-Type"].lower(), path


def test_a_short_address_leads_to_the_item(front: tuple[str, Client], loaded: Loaded) -> None:
    item = next(iter(loaded.catalog.places["test-yiyuan"].items))
    status, headers, _ = fetched(front[0], f"/i/{item}")
    assert status == 302 and headers["Location"].endswith(f"/test-yiyuan/items/{item}/")


def test_text_is_sent_compressed_and_plain_http_leads_to_https(front: tuple[str, Client]) -> None:
    _, headers, _ = fetched(front[0], "/", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in headers["Vary"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_are_only_read(front: tuple[str, Client], method: str) -> None:
    assert fetched(front[0], "/", method)[0] in (403, 405)


def test_a26_a_forged_forwarding_header_ends_at_nginx(front: tuple[str, Client]) -> None:
    """Whoever writes a new address into the header each time is still one caller for the limits."""
    body = '{"login": "nobody", "password": "wrong"}'
    context = ssl._create_unverified_context()
    with closing(http.client.HTTPSConnection(front[0], timeout=10, context=context)) as connection:
        for number in range(300):
            headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number % 250}"}
            connection.request("POST", "/api/v1/sessions", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 429:
                return
    pytest.fail("no limit held")
