"""A long random life of the book: whatever people do, the counts are what a full count gives."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest

from storage import counts
from storage.database import Store
from tests.talking import Phone, Village

SEED = 379


@dataclass
class Kept:
    """A report as the test believes it to be kept."""

    owner: Phone
    activity: str
    quantity: Decimal
    status: str = "reported"


@dataclass
class Life:
    """People who report, correct, take back, review and report for others, at random."""

    village: Village
    elders: list[Phone]
    leader: Phone
    dice: random.Random
    book: dict[int, Kept] = field(default_factory=dict)

    async def step(self) -> None:
        """One thing somebody does."""
        what = self.dice.choice(
            [self.reports, self.reports, self.corrects, self.undoes, self.reviews, self.lists]
        )
        await what()
        if self.dice.random() < 0.1:
            self.village.clock.passes(days=1)

    async def reports(self) -> None:
        """An elder reports trees or rubbish."""
        elder, number = self.dice.choice(self.elders), self.dice.randint(1, 300)
        day = self.village.clock().astimezone() - timedelta(days=self.dice.randint(0, 9))
        activity, said = self.dice.choice(
            [("trees", f"trồng {number} cây keo"), ("waste", f"phân loại rác {number} cân")]
        )
        await elder.says(f"ngày {day.day}/{day.month} {said}")
        await self.answers(elder)
        self.book[saved(elder)] = Kept(elder, activity, Decimal(number))

    async def answers(self, phone: Phone) -> None:
        """Say yes until it is saved: plausible, new, all groups, right."""
        for _ in range(5):
            if "Sửa báo cáo này" in phone.labels():
                return
            await phone.says("1")
        raise AssertionError(phone.text)

    async def corrects(self) -> None:
        """Someone changes the amount of one of the own reports."""
        number, one = self.pick()
        if one is None:
            return
        amount = self.dice.randint(1, 190)
        await one.owner.taps_payload(f"go:report:fix:{number}")
        await one.owner.says("1", f"{amount} {'cây' if one.activity == 'trees' else 'cân'}")
        await self.answers(one.owner)
        one.status = "superseded"
        self.book[saved(one.owner)] = Kept(one.owner, one.activity, Decimal(amount))

    async def undoes(self) -> None:
        """Someone takes one of the own reports back, perhaps twice."""
        number, one = self.pick()
        if one is None:
            return
        for _ in range(self.dice.randint(1, 2)):
            await one.owner.taps_payload(f"go:undo:{number}")
            await one.owner.says("xóa đi")
        one.status = "superseded"

    def pick(self) -> tuple[int, Kept | None]:
        standing = [n for n, one in self.book.items() if one.status in {"reported", "confirmed"}]
        number = self.dice.choice(standing) if standing else 0
        return number, self.book.get(number)

    async def reviews(self) -> None:
        """The leader looks at the first report that waits, and confirms or refuses it."""
        await self.leader.says("/duyet")
        if "Xem từng cái" in self.leader.labels():
            await self.leader.says("2")
        if "Chưa đúng" not in self.leader.labels():
            return
        async with self.village.store.read() as tx:
            talk = await tx.fetch_one(
                "SELECT talk FROM addresses WHERE address = $1", self.leader.address
            )
        assert talk
        number = json.loads(talk["talk"])["at"]["data"]["shown"][0]["id"]
        if self.dice.random() < 0.7:
            await self.leader.says("1")
            self.book[number].status = "confirmed"
        else:
            await self.leader.says("2", "số chưa đúng")
            self.book[number].status = "rejected"
        await self.leader.says("/huy")

    async def lists(self) -> None:
        """The leader pastes a list, and sometimes takes it back."""
        amounts = [self.dice.randint(1, 150) for _ in range(3)]
        lines = "\n".join(f"bà Hoa {n} cây" for n in amounts)
        await self.leader.says("báo hộ", lines, "hôm nay", "1")
        self.leader.heard("ghi xong 3 dòng")
        if self.dice.random() < 0.5:
            await self.leader.taps("Xóa cả danh sách này")
            await self.leader.says("1")
            return
        async with self.village.store.read() as tx:
            rows = await tx.fetch("SELECT id FROM reports ORDER BY id DESC LIMIT 3")
        for number, amount in zip(sorted(row["id"] for row in rows), amounts, strict=True):
            self.book[number] = Kept(self.leader, "trees", Decimal(amount))

    def sums(self, activity: str) -> tuple[Decimal, Decimal]:
        """What the test believes was reported and confirmed."""
        of = [one for one in self.book.values() if one.activity == activity]
        confirmed = sum((o.quantity for o in of if o.status == "confirmed"), Decimal(0))
        waiting = sum((o.quantity for o in of if o.status == "reported"), Decimal(0))
        return confirmed + waiting, confirmed


def saved(phone: Phone) -> int:
    """The number of the report that was just saved."""
    return int(phone.button("Sửa báo cáo này").payload.rpartition(":")[2])


@pytest.mark.parametrize("steps", [600])
async def test_the_counts_are_what_a_full_count_gives(
    village: Village, store: Store, steps: int
) -> None:
    elders = [await village.elder(name) for name in ("Lan", "Mai", "Sen")]
    leader = await village.staff("leader", "pt-go-vu")
    life = Life(village, elders, leader, random.Random(SEED))  # noqa: S311 - dice, no secret
    for _ in range(steps):
        await life.step()
    assert {one.status for one in life.book.values()} == {
        "reported", "confirmed", "rejected", "superseded",
    }  # fmt: skip
    async with store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []
        rows = await tx.fetch(
            "SELECT measure, CAST(SUM(reported) AS BIGINT) AS reported,"
            " CAST(SUM(confirmed) AS BIGINT) AS confirmed FROM counts"
            " WHERE measure IN ('trees', 'waste') GROUP BY measure"
        )
    kept = {
        row["measure"]: (Decimal(row["reported"]) / 1000, Decimal(row["confirmed"]) / 1000)
        for row in rows
    }
    assert kept == {activity: life.sums(activity) for activity in ("trees", "waste")}
