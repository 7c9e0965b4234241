"""Invented catalogs of any size for measuring: valid, varied, the same bytes for the same seed.

Every item file is about 1.5 KB, names differ in wording and not only in a number, folders stay small. Rules and
vocabularies are those of a real catalog folder, so that everything that checks and renders the real one runs on these.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import msgspec

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.layout import path_of
from mianzheng.model import (
    BasisUse,
    BodiesFile,
    CertificateItem,
    CertificateKind,
    ItemVersion,
    LegalBasis,
    Period,
    Place,
    PublicBody,
    PublicService,
    Record,
)
from mianzheng.model.ids import Prefix, new_id
from mianzheng.model.items import Assessment, CommitCheck, CommitTerms, Provenance, ShareTerms, VerifyTerms
from mianzheng.model.places import Coverage
from mianzheng.model.reference import BasisVersion, Level

ITEM_BYTES = 1500
SHARED = ("profiles", "calendar")
PLACES = {"gen-yiyuan": "yiyuan", "gen-boshan": "boshan"}
"""Generated places and the profiles they follow; two are enough for labels to differ."""

_OWNERS = ["家庭", "个人", "企业", "学生", "村民", "职工", "老人", "儿童", "车主", "房主", "农户", "店主"]
_FACTS = ["收入", "居住", "婚姻状况", "亲属关系", "就业", "失业", "住房", "无犯罪记录", "健康", "在学", "财产", "纳税",
          "社保缴费", "户籍", "土地使用", "从业经历", "资金来源", "学历", "抚养关系", "残疾状况"]  # fmt: skip
_ERRANDS = ["低保", "公租房", "入学", "落户", "开店", "养老金", "医疗救助", "助学金", "驾照", "护照",
            "收养", "营业执照", "施工许可", "食品经营", "种子经营", "社团", "法援", "就业补贴", "失业金",
            "工伤待遇"]  # fmt: skip
_ACTIONS = ["申请", "变更", "补办", "续期", "注销", "核定", "登记", "复核", "转移", "认定"]
_OFFICES = ["民政局", "公安局", "人社局", "教体局", "住建局", "卫健局", "医保局", "司法局", "税务局", "市场监管局",
            "农业农村局", "交通运输局", "自然资源局", "退役军人局", "残联", "行政审批局"]  # fmt: skip
_STREETS = ["东城", "西城", "南山", "北河", "中山", "新华", "和平", "长江", "黄河", "泰山", "青龙", "白云"]


class _Generator:
    def __init__(self, items: int, seed: int, out: Path) -> None:
        self.items = items
        self.random = random.Random(seed)
        self.out = out
        self.taken: set[str] = set()

    def id(self, prefix: Prefix) -> str:
        fresh = new_id(prefix, self.taken, self.random.choice)
        self.taken.add(fresh)
        return fresh

    def write(self, record: Record, place: str = "") -> None:
        target = self.out / path_of(record, place)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(canonical.dump(record), "utf-8", newline="\n")

    def bases(self) -> list[LegalBasis]:
        made = []
        for fact in _FACTS:
            basis = LegalBasis(
                id=self.id("lb"),
                title=f"{fact}管理条例（生成）",
                rank="administrative_regulation",
                issuer="生成",
                published="2010-01-01",
                effective="2010-03-01",
                checked_on="2026-01-01",
                register="生成",
                versions=(BasisVersion(from_="2010-03-01", articles=80),),
            )
            self.write(basis)
            made.append(basis)
        return made

    def kinds(self) -> list[CertificateKind]:
        made = []
        names = [f"{owner}{fact}证明" for owner, fact in product(_OWNERS, _FACTS)]
        self.random.shuffle(names)
        for name in names[: max(20, min(240, self.items // 10))]:
            kind = CertificateKind(
                id=self.id("kd"),
                name=name,
                aliases=(f"{name[:2]}的{name[2:]}",),
                words=(f"怎么开{name}", f"要不要{name}"),
                material_class="certificate",
                category="other",
            )
            self.write(kind)
            made.append(kind)
        return made

    def place(
        self, place: str, profile: str, kinds: list[CertificateKind], bases: list[LegalBasis], share: int
    ) -> None:
        level: Level = "district" if profile == "boshan" else "county"
        record = Place(
            id=place,
            name=f"生成地区（{profile}）",
            short_name="生成地区",
            level=level,
            profile=profile,
            fictional=True,
            coverage=Coverage(value="sample"),
        )
        self.write(record)
        offices = [f"{street}{office}" for street, office in product(_STREETS, _OFFICES)]
        bodies = [
            PublicBody(id=self.id("bd"), name=name, kind="organ", level=level)
            for name in offices[: max(4, min(len(offices), share // 100))]
        ]
        self.write(BodiesFile(bodies=tuple(bodies)), place)
        for kind, service, body in self._lines(place, kinds, bodies, share):
            self.write(self._item(kind, service, body, self.random.choice(bodies), self.random.choice(bases)), place)

    def _lines(
        self, place: str, kinds: list[CertificateKind], bodies: list[PublicBody], share: int
    ) -> Iterator[tuple[CertificateKind, PublicService, PublicBody]]:
        """About ten certificates a service, each pair once."""
        names = [f"{errand}{action}" for errand, action in product(_ERRANDS, _ACTIONS)]
        made = 0
        for number in range(share):
            body = bodies[number % len(bodies)]
            name = names[number % len(names)]
            if number >= len(names):
                name += f"（{_STREETS[number // len(names) % 12]}）"
            service = PublicService(
                id=self.id("sv"),
                name=name,
                code=f"GEN{number:06d}",
                body=body.id,
                kind="benefit",
                words=(f"办{name}", f"{name}要什么材料"),
            )
            self.write(service, place)
            for kind in self.random.sample(kinds, min(10, len(kinds), share - made)):
                yield kind, service, body
                made += 1
            if made >= share:
                return

    def _item(
        self, kind: CertificateKind, service: PublicService, body: PublicBody, issuer: PublicBody, basis: LegalBasis
    ) -> CertificateItem:
        article = f"第{self.random.choice('一二三四五六七八九十')}条"
        if self.random.randrange(8):
            versions: tuple[ItemVersion, ...] = (self._version("2021-03-10", "", issuer),)
        else:  # about one item in eight has a history
            newest = self._version("2024-05-01", "", issuer)
            versions = (newest, self._version("2021-03-10", "2024-04-30", issuer))
        requires = f"办理{service.name}时说明{kind.name[:-2]}情况"
        item = CertificateItem(
            id=self.id("zm"),
            kind=kind.id,
            service=service.id,
            requesting_body=body.id,
            issuing_body=issuer.id,
            status="active",
            legal_bases=(BasisUse(basis=basis.id, article=article, requires=requires),),
            versions=versions,
            in_force=Period(from_="2021-03-10"),
            issue_for_outside_use=True,
            risk_assessed=Assessment(on="2021-02-01", by=body.id),
            explain=f"办{service.name}不用您去开{kind.name}，由{body.name}向{issuer.name}核实。",
            provenance=Provenance(
                standing="illustrative", basis_source="none", method_source="illustrative", checked_on="2026-01-01"
            ),
        )
        return _padded(item)

    def _version(self, since: str, until: str, issuer: PublicBody) -> ItemVersion:
        choices: list[Callable[[], ItemVersion]] = [
            lambda: ItemVersion(
                from_=since,
                until=until,
                method="share",
                share=ShareTerms(source=issuer.id, template="gx-person-v1"),
            ),
            lambda: ItemVersion(
                from_=since,
                until=until,
                method="commit",
                commit=CommitTerms(letter="cl-v1", check=CommitCheck(when="after", how="sampling", exempt=False)),
            ),
            lambda: ItemVersion(
                from_=since,
                until=until,
                method="verify",
                fallback=("onsite",),
                time_class=self.random.choice(("electronic", "paper", "hard")),
                verify=VerifyTerms(request_template="xcxh-v1", reply_template="fkh-v1"),
            ),
        ]
        return self.random.choice(choices)()


def _padded(item: CertificateItem) -> CertificateItem:
    """The item with a note that brings its file to the common size, to the byte as far as whole characters allow."""
    room = ITEM_BYTES - len(canonical.dump(item).encode()) - len("note: \n")
    if room < 3:
        return item
    phrase = "此处为生成的说明文字用来使每个文件大小相同"
    note = (phrase * (room // 3 // len(phrase) + 1))[: room // 3] + "x" * (room % 3)
    return msgspec.structs.replace(item, note=note)


def generate(
    *, items: int, seed: int, rules: Path, out: Path, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write a catalog of `items` items to `out`, with profiles, vocabularies and calendars copied from `rules`.

    The same arguments give the same bytes. `out` must be empty or absent.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        shutil.copytree(rules / name, out / name)
    for file in sorted(rules.glob("*.yaml")):
        if file.name != "backlog.yaml":
            shutil.copyfile(file, out / file.name)
    generator = _Generator(items, seed, out)
    bases, kinds = generator.bases(), generator.kinds()
    for number, (place, profile) in enumerate(PLACES.items()):
        share = items // len(PLACES) + (items % len(PLACES) if number == 0 else 0)
        generator.place(place, profile, kinds, bases, share)
        if progress:
            progress(number + 1, len(PLACES))
