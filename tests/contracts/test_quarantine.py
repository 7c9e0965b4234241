"""One contract for every `Quarantine`: the stand-in that web tests use keeps to it like S3."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable

import pytest

from mianzheng.adapters.s3 import Bucket, S3Quarantine
from mianzheng.complaints.uploads import MOST_BYTES
from mianzheng.errors import Unavailable
from mianzheng.ports import Invitation, Quarantine
from tests.stand_ins.cloud import Cloud
from tests.stand_ins.quarantine import MemoryQuarantine, brought

NAME = "draft/0123456789abcdef/up-0123456789abcdef"
OTHER = NAME.replace("draft/0", "draft/1")
LIFE = datetime.timedelta(minutes=15)
PLACES: dict[str, Callable[[pytest.FixtureRequest], Quarantine]] = {
    "memory": lambda test: MemoryQuarantine(),
    "s3": lambda test: S3Quarantine(test.getfixturevalue("strict_cloud").bucket().under("quarantine/")),
}
"""Makes an empty one for a test."""


@pytest.fixture
def strict_bucket(strict_cloud: Cloud) -> Bucket:
    """A bucket that checks what was signed."""
    return strict_cloud.bucket()


@pytest.fixture(params=sorted(PLACES))
def quarantine(request: pytest.FixtureRequest) -> Quarantine:
    return PLACES[request.param](request)


def changed(invitation: Invitation, **fields: str) -> Invitation:
    """The invitation as somebody might write it anew."""
    return invitation._replace(
        fields={**invitation.fields, **{name.replace("_", "-"): v for name, v in fields.items()}}
    )


def test_what_was_brought_is_there_until_it_is_removed(quarantine: Quarantine) -> None:
    assert quarantine.take(NAME, 100) is None
    assert brought(quarantine, quarantine.invite(NAME, 100, LIFE), b"a file") == 204
    assert quarantine.take(NAME, 100) == b"a file" == quarantine.take(NAME, 100)
    assert quarantine.take(OTHER, 100) is None
    for _ in range(2):
        quarantine.remove(NAME)
        assert quarantine.take(NAME, 100) is None


def test_the_longest_file_fits_and_no_more_is_read_than_one_byte_further(quarantine: Quarantine) -> None:
    content = bytes(MOST_BYTES)
    assert brought(quarantine, quarantine.invite(NAME, MOST_BYTES, LIFE), content) == 204
    assert quarantine.take(NAME, MOST_BYTES) == content
    assert quarantine.take(NAME, 9) == bytes(10)


@pytest.mark.parametrize("content", [b"", b"x" * 101], ids=["nothing", "a byte too many"])
def test_a21_nothing_and_too_much_are_refused(quarantine: Quarantine, content: bytes) -> None:
    """A21."""
    assert brought(quarantine, quarantine.invite(NAME, 100, LIFE), content) == 400
    assert quarantine.take(NAME, 100) is None


def test_a21_an_invitation_is_for_one_name_only(quarantine: Quarantine) -> None:
    """A21: other case's key in the pre-signed form."""
    invitation = quarantine.invite(NAME, 100, LIFE)
    prefix = invitation.fields["key"].removesuffix(NAME)
    for key in (prefix + OTHER, f"{prefix}{NAME}x", "files/complaint/cp-1/pdf-1", "mailboxes.yaml", "${filename}"):
        assert brought(quarantine, changed(invitation, key=key), b"x") == 403, key
    assert quarantine.take(NAME, 100) is None and quarantine.take(OTHER, 100) is None


def test_an_invitation_of_another_name_does_not_lend_its_signature(quarantine: Quarantine) -> None:
    """A21."""
    mine, theirs = quarantine.invite(NAME, 100, LIFE), quarantine.invite(OTHER, 100, LIFE)
    assert brought(quarantine, changed(mine, key=theirs.fields["key"]), b"x") == 403
    assert quarantine.take(OTHER, 100) is None


def test_nothing_is_called_what_a_browser_would_open(quarantine: Quarantine) -> None:
    invitation = quarantine.invite(NAME, 100, LIFE)
    assert brought(quarantine, changed(invitation, Content_Type="text/html"), b"<html>") == 403


def test_an_invitation_lapses(quarantine: Quarantine) -> None:
    assert brought(quarantine, quarantine.invite(NAME, 100, datetime.timedelta(seconds=-1)), b"x") == 403
    assert quarantine.take(NAME, 100) is None


@pytest.mark.parametrize(
    "name", ["", "x", "draft/../files", "../files/x/y", "draft/a/b/c", "draft/a/b.jpg", "draft/a/b\n"]
)
def test_a_name_that_is_none_reaches_nothing(quarantine: Quarantine, name: str) -> None:
    for use in (
        lambda: quarantine.invite(name, 1, LIFE), lambda: quarantine.take(name, 1), lambda: quarantine.remove(name),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="name"):
            use()


def test_pages_are_told_where_invitations_lead(quarantine: Quarantine) -> None:
    assert quarantine.invite(NAME, 1, LIFE).address.startswith(f"{quarantine.origin}/")
    assert quarantine.origin.count("/") == 2


class TestS3:
    """What only a bucket can get wrong."""

    @pytest.mark.parametrize("rule", ["key", "length", "expiration"])
    def test_a21_a_policy_that_somebody_rewrote_is_refused(self, strict_bucket: Bucket, rule: str) -> None:
        """A21: the policy names the one key, the sizes and the end, and is signed."""
        quarantine = S3Quarantine(strict_bucket.under("quarantine/"))
        invitation = quarantine.invite(NAME, 100, LIFE)
        policy = json.loads(base64.b64decode(invitation.fields["policy"]))
        rules, mine = policy["conditions"], {"key": f"quarantine/{NAME}"}
        assert mine in rules and {"bucket": strict_bucket.name} in rules and ["content-length-range", 1, 100] in rules
        policy |= {
            "key": {"conditions": [*(one for one in rules if one != mine), ["starts-with", "$key", ""]]},
            "length": {"conditions": [one for one in rules if "content-length-range" not in one]},
            "expiration": {"expiration": "2099-01-01T00:00:00Z"},
        }[rule]
        forged = base64.b64encode(json.dumps(policy).encode()).decode()
        assert brought(quarantine, changed(invitation, policy=forged), b"x") == 403

    def test_what_browsers_bring_lies_apart_from_the_files_of_cases(self, strict_bucket: Bucket) -> None:
        quarantine = S3Quarantine(strict_bucket.under("quarantine/"))
        brought(quarantine, quarantine.invite(NAME, 100, LIFE), b"x")
        (found,) = strict_bucket.client.list_objects_v2(Bucket=strict_bucket.name)["Contents"]
        assert found["Key"] == f"quarantine/{NAME}"
        told = strict_bucket.client.head_object(Bucket=strict_bucket.name, Key=found["Key"])
        assert told["ContentType"] == "application/octet-stream"

    def test_a_bucket_that_is_not_there_is_unavailable_and_not_an_absent_file(self, strict_bucket: Bucket) -> None:
        quarantine = S3Quarantine(Bucket("no-such-bucket", client=lambda: strict_bucket.client))
        with pytest.raises(Unavailable):
            quarantine.take(NAME, 1)
        with pytest.raises(Unavailable):
            quarantine.remove(NAME)

    @pytest.mark.parametrize(
        ("region", "host"),
        [("us-east-1", "s3.amazonaws.com"), ("eu-west-1", "s3.eu-west-1.amazonaws.com"),
         ("cn-north-1", "s3.cn-north-1.amazonaws.com.cn")],
    )  # fmt: skip
    def test_invitations_lead_to_the_bucket_s_own_host_in_its_region(
        self, monkeypatch: pytest.MonkeyPatch, region: str, host: str
    ) -> None:
        """The host for all regions would send the browser on, to where its page may not send."""
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", region)):
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        assert S3Quarantine(Bucket("some-bucket")).origin == f"https://some-bucket.{host}"
