"""The whole template on a stand-in for AWS: it deploys, answers with the real code, jobs run, a message is consumed."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from scripts import bundle

from mianzheng.adapters.forge.founding import founded
from tests.conftest import lay_catalog
from tests.stand_ins.bare import Bare
from tests.stand_ins.cloud import Cloud
from tests.stand_ins.github import BOT, NAME, OWNER, GitHub
from tests.stand_ins.serving import serving

pytestmark = pytest.mark.slow
SCHEDULED = {
    "version": "0", "id": "x", "detail-type": "Scheduled Event", "source": "aws.events", "account": "000000000000",
    "time": "2026-11-26T00:00:00Z", "region": "cn-north-1", "resources": [], "detail": {},
}  # fmt: skip


class Stack:
    """What the template made."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self.cloud = cloud
        pages = cloud.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in pages}

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function of the stack as AWS would."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.ids[function], Payload=json.dumps(event).encode(), LogType="Tail"
        )
        told = answer["Payload"].read()
        assert "FunctionError" not in answer, told.decode()[:2000]
        return json.loads(told)

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> Any:
        """One request, as API Gateway hands it over."""
        given = {"Host": ["x"], **{name.replace("_", "-"): [value] for name, value in headers.items()}}
        return self.call("APIHandler", {
            "path": path, "httpMethod": method, "headers": {}, "multiValueHeaders": given, "body": body,
            "queryStringParameters": None, "multiValueQueryStringParameters": None, "isBase64Encoded": False,
            "requestContext": {"identity": {"sourceIp": "192.0.2.1"}, "stage": "live"},
        })  # fmt: skip


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> GitHub:
    folder = tmp_path_factory.mktemp("github")
    founded(lay_catalog(folder / "catalog"), folder / "github.git", datetime.datetime.now(datetime.UTC))
    return GitHub(Bare(folder / "github.git"))


@pytest.fixture(scope="module")
def stack(cloud: Cloud, hub: GitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    out = tmp_path_factory.mktemp("stack")
    assert bundle.main(["--catalog", str(hub.bare.path.parent / "catalog"), "--out", str(out)]) == 0
    code = {"LocationConstraint": "cn-north-1"}
    cloud.client("s3").create_bucket(Bucket="code", CreateBucketConfiguration=code)
    cloud.client("s3").put_object(Bucket="code", Key="deployment.zip", Body=(out / "deployment.zip").read_bytes())
    template = yaml.safe_load((out / "template.yaml").read_text("utf-8"))
    for one in template["Resources"].values():
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"]["CodeUri"] = "s3://code/deployment.zip"
    template["Resources"]["CasesTable"]["Properties"].pop("DeletionProtectionEnabled")
    given = {"PublicUrl": "https://mianzheng.example.org", "Deployment": "demonstration", "TrustedHops": "0"}
    # 模板超过 51,200 字节，只能从桶里取
    cloud.client("s3").put_object(Bucket="code", Key="template.yaml", Body=yaml.safe_dump(template).encode())
    client = cloud.client("cloudformation")
    client.create_stack(
        StackName="mianzheng", TemplateURL=f"{cloud.endpoint}/code/template.yaml",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )  # fmt: skip
    for _ in range(240):
        (told,) = client.describe_stacks(StackName="mianzheng")["Stacks"]
        if not told["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.5)
    assert told["StackStatus"] == "CREATE_COMPLETE", told
    made = Stack(cloud, "mianzheng")
    with serving(hub) as address:
        settings = {
            "MIANZHENG_FORGE": "github", "MIANZHENG_FORGE_REPOSITORY": f"{OWNER}/{NAME}",
            "MIANZHENG_FORGE_ACCOUNT": BOT, "MIANZHENG_FORGE_TOKEN": "ghp_test", "MIANZHENG_FORGE_API": address,
        }  # fmt: skip
        cloud.client("secretsmanager").put_secret_value(
            SecretId=made.ids["SettingsSecret"], SecretString=json.dumps(settings)
        )
        yield made


def test_the_deployed_functions_answer_with_the_real_code(stack: Stack) -> None:
    alive = stack.request("GET", "/healthz")
    assert alive["statusCode"] == 200 and json.loads(alive["body"]) == {"status": "ok"}
    ready = stack.request("GET", "/readyz")
    assert ready["statusCode"] == 200, ready["body"]
    assert stack.request("GET", "/office/login")["statusCode"] == 200


def test_scheduled_jobs_run_and_leave_their_beats_and_files(stack: Stack, hub: GitHub) -> None:
    assert "outbox" in stack.call("Quick", SCHEDULED)
    assert "list" in stack.call("Slow", SCHEDULED)
    ready = json.loads(stack.request("GET", "/readyz")["body"])
    assert {"outbox", "sweep", "clock", "live", "proposals", "calendars", "statistics"} <= set(ready["jobs"])
    listed = stack.cloud.client("s3").list_objects_v2(Bucket=stack.ids["LiveBucket"])
    assert {one["Key"] for one in listed["Contents"]} >= {"catalog.json", "proposals.json", "statistics.json"}
    assert hub.wrong == []


def test_f53_the_webhook_rings_for_signed_calls_only(stack: Stack, hub: GitHub) -> None:
    path, body = "/api/v1/webhooks/github", "{}"
    held = stack.cloud.client("secretsmanager").get_secret_value(SecretId=stack.ids["HookSecret"])["SecretString"]
    signed = "sha256=" + hmac.new(held.encode(), body.encode(), hashlib.sha256).hexdigest()
    told = {"Content_Length": "2", "Content_Type": "application/json", "X_GitHub_Event": "push",
            "X_GitHub_Delivery": "d-0000001"}  # fmt: skip
    for signature in ("", "sha256=" + "0" * 64):
        assert stack.request("POST", path, body, X_Hub_Signature_256=signature, **told)["statusCode"] == 401
    stack.call("Quick", SCHEDULED)
    asked = len(hub.calls)
    stack.call("Quick", SCHEDULED)
    assert not [call for call in hub.calls[asked:] if "/pulls" in call], "it is not time to look"
    answer = stack.request("POST", path, body, X_Hub_Signature_256=signed, **told)
    assert answer["statusCode"] == 204, answer
    stack.call("Quick", SCHEDULED)
    assert [call for call in hub.calls[asked:] if "/pulls" in call], "rung for"


def test_f25_a_message_at_the_doorbell_is_consumed(stack: Stack) -> None:
    queues = stack.cloud.client("sqs")
    queues.send_message(QueueUrl=stack.ids["DoorbellQueue"], MessageBody="-")
    for _ in range(60):
        told = queues.get_queue_attributes(QueueUrl=stack.ids["DoorbellQueue"], AttributeNames=["All"])["Attributes"]
        if {told["ApproximateNumberOfMessages"], told["ApproximateNumberOfMessagesNotVisible"]} == {"0"}:
            return
        time.sleep(0.5)
    pytest.fail("nobody took the message")
