"""The bundle of the cloud functions: complete by itself, every route in the template, fit for every partition."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripts import bundle

from chalicelib import wiring
from mianzheng.web.table import ROUTES
from tests.conftest import ROOT

ALONE = """
import dataclasses, io, json, os, sys
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
sys.path.insert(0, sys.argv[1])
import app
from chalicelib import wiring
import mianzheng.web.application, msgspec
from mianzheng.adapters.memory_store import MemoryRecordStore
from mianzheng.model import Catalog
late = {"boto3", "botocore", "cryptography", "openpyxl", "segno", "docx", "lxml", "PIL", "yaml", "sqlite3", "smtplib"}
heavy = sorted(late & set(sys.modules))
compiled = [module.__cached__ for module in sys.modules.values() if getattr(module, "__cached__", None)]
catalog = msgspec.json.decode(wiring.CATALOG.read_bytes(), type=Catalog)
names = dict.fromkeys(wiring.NAMES, "x")
services = dataclasses.replace(wiring.cloud_services(names, lambda: catalog, b"s" * 32), store=MemoryRecordStore())
handle = wiring.handler(services)
def get(path, **query):
    given = {name: [value] for name, value in query.items()}
    return handle({"path": path, "httpMethod": "GET", "multiValueQueryStringParameters": given, "body": None,
                   "multiValueHeaders": {"Host": ["127.0.0.1:8000"]}, "isBase64Encoded": False,
                   "requestContext": {"identity": {"sourceIp": "192.0.2.1"}}}, None)
import mianzheng.sheets.opinion
from docx import Document
paper = io.BytesIO()
Document().save(paper)
from PIL import Image
from mianzheng.complaints.uploads import fit
picture = io.BytesIO()
Image.new("RGB", (40, 30)).save(picture, "PNG")
print(json.dumps({
    "compiled": all(map(os.path.isfile, (path for path in compiled if path.startswith(sys.argv[1])))),
    "paper": len(paper.getvalue()), "picture": fit(picture.getvalue()).kind,
    "files": wiring.cloud_services({**names, "MIANZHENG_KEPT": "x"}, None, b"s").files is not None,
    "package": mianzheng.web.application.__file__, "heavy": heavy,
    "form": get("/office/login"), "places": get("/complaints/new"),
    "deadline": get("/api/v1/deadlines", profile="yiyuan", rule="complaint.close", **{"from": "2026-11-25"}),
}))
"""


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle")
    assert bundle.main(["--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def template(bundled: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((bundled / "template.yaml").read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def alone(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """What the unpacked zip answers when nothing else can be imported."""
    folder = tmp_path_factory.mktemp("alone")
    with zipfile.ZipFile(bundled / "deployment.zip") as archive:
        archive.extractall(folder)
    command = [sys.executable, "-I", "-B", "-c", ALONE, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_the_zip_is_complete_by_itself_and_loads_no_heavy_library_before_it_needs_it(
    alone: tuple[Path, dict[str, Any]],
) -> None:
    folder, told = alone
    assert told["package"] == str(folder / "mianzheng" / "web" / "application.py")
    assert told["heavy"] == []


def test_the_zip_alone_renders_forms(alone: tuple[Path, dict[str, Any]]) -> None:
    form = alone[1]["form"]
    assert form["statusCode"] == 200 and 'name="form_token"' in form["body"]
    assert alone[1]["places"]["statusCode"] == 200 and "12345" in alone[1]["places"]["body"]


def test_the_zip_alone_draws_a_photo_anew_and_takes_some_where_there_is_a_bucket(
    alone: tuple[Path, dict[str, Any]],
) -> None:
    assert (alone[1]["picture"], alone[1]["files"]) == ("jpg", True)


def test_the_zip_alone_writes_word_files(alone: tuple[Path, dict[str, Any]]) -> None:
    assert alone[1]["paper"] > 10_000


def test_the_zip_alone_computes_a_deadline(alone: tuple[Path, dict[str, Any]]) -> None:
    answer = alone[1]["deadline"]
    assert answer["statusCode"] == 200, answer["body"]
    # 2026-11-25 起 5 个工作日：26、27、30 日和 12 月 1、2 日
    assert json.loads(answer["body"])["due_day"] == "2026-12-02"


def test_the_zip_is_small_and_without_what_the_runtime_brings(bundled: Path) -> None:
    archive = bundled / "deployment.zip"
    names = zipfile.ZipFile(archive).namelist()
    assert archive.stat().st_size <= bundle.LARGEST
    assert not [name for name in names if name.startswith(("boto3/", "botocore/", "vendor/", "tests/"))]
    cached = [name for name in names if name.endswith(".pyc")]
    assert len(cached) == len([name for name in names if name.endswith(".py")]) and len(names) == len(set(names))


def test_a_cold_start_compiles_nothing(alone: tuple[Path, dict[str, Any]]) -> None:
    """The folder of a function cannot be written to; without bytecode each cold start would compile 390 modules."""
    assert alone[1]["compiled"] is True


def packed(archive: Path, **files: str) -> Path:
    """A zip with the parts that are always needed, and these."""
    with zipfile.ZipFile(archive, "w") as out:
        for name in bundle.NEEDED:
            out.writestr(name, files.pop(name, ""))
        for name, text in files.items():
            out.writestr(name, text)
    return archive


def test_a_module_that_is_imported_late_and_not_there_is_noticed(tmp_path: Path) -> None:
    wanting = {"app.py": "import boto3, json\nfrom mianzheng.views import letters", "mianzheng/views/__init__.py": "",
               "mianzheng/views/letters.py": "def f():\n    from docx.shared import Pt",
               "mianzheng/site.py": "import mkdocs"}  # fmt: skip
    archive = packed(tmp_path / "a.zip", **wanting)
    assert bundle._lacks(archive) == ["缺少 docx（mianzheng/views/letters.py 要用）"], "nothing reaches site.py"
    whole = packed(tmp_path / "b.zip", **wanting, **{"docx/__init__.py": ""})
    assert bundle._lacks(whole) == []


def test_a_package_without_what_it_declares_or_made_on_this_machine_is_noticed(tmp_path: Path) -> None:
    told = 'Name: python-docx\nRequires-Dist: lxml>=3\nRequires-Dist: x; extra == "y"\nRequires-Dist: botocore\n'
    wheel = "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n"
    archive = packed(
        tmp_path / "a.zip", **{"python_docx-1.dist-info/METADATA": told, "pillow-13.dist-info/WHEEL": wheel}
    )
    first, second = bundle._lacks(archive)
    assert first == "缺少 lxml（python-docx 要用）" and second.startswith("pillow-13 是在这台机器上现编的")


@pytest.mark.parametrize("name", bundle.NEEDED)
def test_a_zip_without_a_part_is_noticed(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "deployment.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for other in bundle.NEEDED:
            if other != name:
                out.writestr(other, "")
    assert bundle._lacks(archive) == [f"缺少 {name}"]


def test_every_route_of_the_table_is_in_the_template_and_nothing_else(template: dict[str, Any]) -> None:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    wanted = {(r.method, r.path.replace("<", "{").replace(">", "}").rstrip("/")) for r in ROUTES}
    assert there == wanted | {("HEAD", path) for method, path in wanted if method == "GET"}


def test_the_template_fits_every_partition(bundled: Path, template: dict[str, Any]) -> None:
    assert "arn:aws:" not in (bundled / "template.yaml").read_text("utf-8")
    assert template["Resources"]["RestAPI"]["Properties"]["EndpointConfiguration"] == "REGIONAL"
    command = [Path(sys.executable).with_name("cfn-lint"), "-r", "us-east-1", "cn-north-1", "-t"]
    done = subprocess.run([*command, bundled / "template.yaml"], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["APIHandler", "Quick", "Slow", "Doorbell"])
def test_a_function_may_do_what_it_does_and_no_more(template: dict[str, Any], name: str) -> None:
    resources = template["Resources"]
    role = resources[resources[name]["Properties"]["Role"]["Fn::GetAtt"][0]]
    (policy,) = role["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        assert statement["Resource"] != "*"
    variables = resources[name]["Properties"]["Environment"]["Variables"]
    assert {"MIANZHENG_TABLE", "MIANZHENG_KEY", "MIANZHENG_SECRET"} <= variables.keys()


def test_a21_what_nobody_has_looked_at_lapses_is_brought_from_our_pages_only_and_reached_by_requests_only_there(
    template: dict[str, Any],
) -> None:
    bucket = template["Resources"]["KeptBucket"]["Properties"]
    rules = {one["Prefix"]: one["ExpirationInDays"] for one in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules == {"outbox/": 365, wiring.QUARANTINE: 1}, "nothing of a case lapses"
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert (cors["AllowedOrigins"], cors["AllowedMethods"]) == ([{"Ref": "PublicUrl"}], ["POST"])
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    role = template["Resources"][template["Resources"]["APIHandler"]["Properties"]["Role"]["Fn::GetAtt"][0]]
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    reached = {one["Resource"]["Fn::Sub"]: set(one["Action"]) for one in statements if "Kept" in str(one["Resource"])
               and "Fn::Sub" in one["Resource"]}  # fmt: skip
    assert reached == {
        f"${{KeptBucket.Arn}}/{wiring.FILES}*": {"s3:GetObject", "s3:PutObject"},
        f"${{KeptBucket.Arn}}/{wiring.QUARANTINE}*": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
    }


def test_what_cannot_be_made_again_outlives_the_stack(template: dict[str, Any]) -> None:
    """Cases, their key, files and letters, the secret by which receipts are found, settings, what was published."""
    kept = {name for name, one in template["Resources"].items() if one.get("DeletionPolicy") == "Retain"}
    assert kept == {
        "CasesTable", "MasterKey", "SigningSecret", "KeptBucket", "SettingsSecret", "LiveBucket", "SiteBucket",
    }  # fmt: skip
    assert all(template["Resources"][name]["UpdateReplacePolicy"] == "Retain" for name in kept)


def test_every_function_keeps_its_log_for_a_limited_time(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    functions = {name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}
    logs = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Logs::LogGroup"]
    assert {log["LogGroupName"]["Fn::Sub"] for log in logs} == {f"/aws/lambda/${{{name}}}" for name in functions}
    assert {log["RetentionInDays"] for log in logs} == {180}


def test_what_api_gateway_answers_itself_is_a_problem_too(template: dict[str, Any]) -> None:
    answers = [one for one in template["Resources"].values() if one["Type"] == "AWS::ApiGateway::GatewayResponse"]
    assert {one["Properties"]["ResponseType"] for one in answers} >= {"MISSING_AUTHENTICATION_TOKEN", "DEFAULT_5XX"}
    for one in answers:
        kind = one["Properties"]["ResponseParameters"]["gatewayresponse.header.Content-Type"]
        assert kind == "'application/problem+json'"
        told = json.loads(one["Properties"]["ResponseTemplates"]["application/json"])
        assert told["status"] == int(one["Properties"].get("StatusCode", "400"))


def test_the_link_to_the_package_is_committed_as_a_link() -> None:
    link = ROOT / "functions" / "vendor" / "mianzheng"
    assert link.is_symlink() and link.resolve() == ROOT / "src" / "mianzheng"


def test_a_catalog_with_errors_is_not_bundled(
    catalog_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (catalog_folder / "methods.yaml").write_text("- {", "utf-8")
    assert bundle.main(["--catalog", str(catalog_folder), "--out", str(tmp_path)]) == 1
    assert "make check" in capsys.readouterr().err
