"""Settings: everything that is wrong is said at once, and both READMEs list every name with its default."""

from __future__ import annotations

import pytest

from mianzheng.errors import BadArgument
from mianzheng.settings import DEFAULT_URL, NAMES, MailSettings, Settings, settings_from
from tests.conftest import ROOT


def test_an_empty_environment_is_a_demonstration_that_puts_letters_into_a_folder() -> None:
    assert settings_from({}) == Settings(public_url=DEFAULT_URL, mail=MailSettings())
    assert settings_from(dict.fromkeys(NAMES, "")) == settings_from({}) == settings_from(NAMES)


def test_mail_by_smtp() -> None:
    found = settings_from({
        "MIANZHENG_SMTP_HOST": "mail.example.org", "MIANZHENG_SMTP_PORT": "465", "MIANZHENG_SMTP_SECURITY": "tls",
        "MIANZHENG_MAIL_SENDER": "a@example.org", "MIANZHENG_SMTP_LOGIN": "a", "MIANZHENG_SMTP_PASSWORD": "geheim",
        "MIANZHENG_MAILBOXES": "boxes.yaml", "MIANZHENG_KEEP_PERSON_DAYS": "90", "MIANZHENG_KEEP_WORDS_DAYS": "90",
    })  # fmt: skip
    assert (found.mail.host, found.mail.port, found.mail.security) == ("mail.example.org", 465, "tls")
    assert (found.mail.mailboxes, found.keep_person, found.keep_words) == ("boxes.yaml", 90, 90)
    assert "geheim" not in repr(found)


def test_everything_unusable_is_named_at_once_and_no_password_is_repeated() -> None:
    with pytest.raises(BadArgument) as refused:
        settings_from({
            "MIANZHENG_DEPLOYMENT": "live", "MIANZHENG_PUBLIC_URL": "ftp://x", "MIANZHENG_TRUSTED_HOPS": "²",
            "MIANZHENG_SMTP_HOST": "h", "MIANZHENG_SMTP_PORT": "0", "MIANZHENG_SMTP_SECURITY": "ssl",
            "MIANZHENG_SMTP_PASSWORD": "geheim", "MIANZHENG_KEEP_PERSON_DAYS": "29", "MIANZHENG_KEEP_WORDS_DAYS": "40",
        })  # fmt: skip
    said = str(refused.value)
    for name in ("DEPLOYMENT", "TRUSTED_HOPS", "SMTP_PORT", "SMTP_SECURITY", "MAIL_SENDER", "SMTP_LOGIN",
                 "KEEP_PERSON_DAYS", "KEEP_WORDS_DAYS"):  # fmt: skip
        assert f"MIANZHENG_{name}" in said
    assert "ftp://x" in said and "geheim" not in said


@pytest.mark.parametrize(
    "given",
    [
        {"MIANZHENG_KEEP_WORDS_DAYS": "364"},
        {"MIANZHENG_KEEP_PERSON_DAYS": "0"},
        {"MIANZHENG_KEEP_PERSON_DAYS": "-1"},
        {"MIANZHENG_SMTP_SECURITY": "none", "MIANZHENG_SMTP_LOGIN": "a", "MIANZHENG_SMTP_PASSWORD": "b"},
    ],
)
def test_a31_settings_that_destroy_too_soon_or_send_a_password_in_clear_are_refused(
    given: dict[str, str],
) -> None:
    with pytest.raises(BadArgument):
        settings_from(given)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
@pytest.mark.parametrize("name", NAMES)
def test_both_readmes_list_every_setting_with_its_default(readme: str, name: str) -> None:
    (row,) = [line for line in (ROOT / readme).read_text("utf-8").splitlines() if f"`{name}`" in line]
    assert f"| {f'`{NAMES[name]}`' if NAMES[name] else ''} |".replace("|  |", "| |") in row
