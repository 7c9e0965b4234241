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


GITHUB = {
    "MIANZHENG_FORGE": "github", "MIANZHENG_FORGE_REPOSITORY": "county/list", "MIANZHENG_FORGE_ACCOUNT": "bot",
    "MIANZHENG_FORGE_TOKEN": "ghp_geheim",
}  # fmt: skip


def test_github_by_token_and_as_an_app() -> None:
    found = settings_from(GITHUB).forge
    assert (found.kind, found.api, found.git) == (
        "github", "https://api.github.com", "https://github.com/county/list.git",
    )  # fmt: skip
    assert "geheim" not in repr(settings_from({**GITHUB, "MIANZHENG_HOOK_SECRET": "0123456789geheim"}))
    app = {"MIANZHENG_FORGE_APP": "7", "MIANZHENG_FORGE_INSTALLATION": "12345678", "MIANZHENG_FORGE_KEY_FILE": "k.pem"}
    own = {"MIANZHENG_FORGE_API": "https://git.example.org/api/v3/", "MIANZHENG_FORGE_TOKEN": ""}
    found = settings_from({**GITHUB, **app, **own}).forge
    assert (found.app, found.installation, found.key_file) == ("7", 12345678, "k.pem")
    assert (found.api, found.git) == ("https://git.example.org/api/v3", "https://git.example.org/county/list.git")


GITEE = {**GITHUB, "MIANZHENG_FORGE": "gitee"}


def test_gitee_by_token_there_and_on_a_private_deployment() -> None:
    found = settings_from(GITEE).forge
    assert (found.kind, found.api, found.git) == (
        "gitee", "https://gitee.com/api/v5", "https://gitee.com/county/list.git",
    )  # fmt: skip
    found = settings_from({**GITEE, "MIANZHENG_FORGE_API": "https://git.example.org/api/v5/"}).forge
    assert (found.api, found.git) == ("https://git.example.org/api/v5", "https://git.example.org/county/list.git")


def test_everything_unusable_about_the_forge_is_named_at_once_and_no_secret_is_repeated() -> None:
    with pytest.raises(BadArgument) as refused:
        settings_from({
            "MIANZHENG_FORGE": "github", "MIANZHENG_FORGE_REPOSITORY": "list", "MIANZHENG_FORGE_REGISTER": "a b",
            "MIANZHENG_FORGE_TOKEN": "geheim\n", "MIANZHENG_FORGE_APP": "7", "MIANZHENG_FORGE_INSTALLATION": "x",
            "MIANZHENG_FORGE_API": "http://git.example.org", "MIANZHENG_FORGE_GIT": "https://me:geheim@example.org/x",
            "MIANZHENG_HOOK_SECRET": "geheim",
        })  # fmt: skip
    said = "；".join(refused.value.problems)
    for name in ("FORGE_REPOSITORY", "FORGE_REGISTER", "FORGE_ACCOUNT", "FORGE_TOKEN", "FORGE_INSTALLATION",
                 "FORGE_API", "FORGE_GIT", "HOOK_SECRET"):  # fmt: skip
        assert f"MIANZHENG_{name}" in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"MIANZHENG_FORGE": "svn"}, "MIANZHENG_FORGE=svn"),
        ({"MIANZHENG_FORGE_TOKEN": "ghp_geheim"}, "MIANZHENG_FORGE_TOKEN"),
        ({**GITHUB, "MIANZHENG_FORGE_REGISTER": "County/List"}, "不能就是清单的仓库"),
        ({**GITHUB, "MIANZHENG_FORGE_KEY_FILE": "k.pem"}, "只能用一种"),
        ({**GITHUB, "MIANZHENG_FORGE_TOKEN": ""}, "登录 GitHub"),
        ({**GITEE, "MIANZHENG_FORGE_TOKEN": ""}, "登录 Gitee"),
        ({**GITEE, "MIANZHENG_FORGE_APP": "7"}, "Gitee 只用令牌登录"),
        ({**GITEE, "MIANZHENG_FORGE_ACCOUNT": ""}, "哪个 Gitee 账号"),
        ({**GITHUB, "MIANZHENG_FORGE_API": "https://api.github.com@evil.example"}, "MIANZHENG_FORGE_API"),
        ({**GITHUB, "MIANZHENG_FORGE_API": "file:///tmp"}, "MIANZHENG_FORGE_API"),
    ],
)
def test_a_forge_that_cannot_work_or_would_leak_is_refused(given: dict[str, str], named: str) -> None:
    with pytest.raises(BadArgument) as refused:
        settings_from(given)
    assert named in str(refused.value) and "geheim" not in str(refused.value)
