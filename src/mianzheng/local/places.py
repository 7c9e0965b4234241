"""Names that both ways of running share: who keeps the register, where letters and addresses lie."""

from __future__ import annotations

from mianzheng.adapters.forge.signing import Bot

OUTBOX_FOLDER, MAILBOXES = "outbox", "mailboxes.yaml"
REGISTRAR = Bot(name="投诉举报登记册")
