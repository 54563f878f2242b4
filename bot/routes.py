"""Every place a talk can go, by name: the one list that joins flows and pages to the router."""

from __future__ import annotations

from handlers.elders import corrections, notices, pages, photo, privacy, registration, sharing
from handlers.elders.lesson import certificate, helping, levels, recall
from handlers.elders.lesson import flow as lesson
from handlers.elders.report import flow as report
from handlers.leaders import announced, announcing, confirming, proxy, review, unconfirming
from handlers.leaders import helping as helped
from handlers.leaders import registers as proposals
from handlers.officers import registers as approvals
from handlers.officers import standing, tally
from handlers.reports import registers
from handlers.talk.routes import (
    ANNOUNCE,
    ANNOUNCED,
    ANOTHER,
    ASK_HELP,
    CERTIFICATE,
    CONFIRM,
    CORRECT,
    HELPED,
    LEARN,
    MENU,
    PHOTO,
    PRACTISED,
    PROXY,
    READ,
    RECALL,
    REGISTER,
    REPORT,
    SAFETY,
    UNCONFIRM,
    WHO,
    Route,
)

ROUTES = (
    Route(name=REGISTER, to=registration.FLOW, command="start", words="start", right="anyone"),
    Route(name=MENU, to=pages.menu, command="trogiup", words="menu", personal=False),
    Route(name="duties", to=pages.duties, words="duties", right="review"),
    Route(name=LEARN, to=lesson.FLOW, command="hoc", words="learn"),
    Route(name=RECALL, to=recall.FLOW, words="recall"),
    Route(name=ASK_HELP, to=helping.FLOW),
    Route(name=PRACTISED, to=levels.practised),
    Route(name=CERTIFICATE, to=certificate.page, words="certificate"),
    Route(name=REPORT, to=report.FLOW, command="bao", words="report"),
    Route(name=PHOTO, to=photo.FLOW, words="photo"),
    Route(name="mine", to=pages.mine, command="toi", words="mine"),
    Route(
        name=SAFETY,
        to=pages.safety,
        command="luadao",
        words="safety",
        right="anyone",
        personal=False,
    ),
    Route(name="thanks", to=pages.thanks, words="thanks", personal=False),
    Route(name=WHO, to=sharing.FLOW, words="who", personal=False),
    Route(name=ANOTHER, to=sharing.another, words="another", personal=False),
    Route(name="privacy", to=privacy.FLOW, command="dulieu", words="privacy"),
    Route(name=CORRECT, to=corrections.page, command="sua", words="fix"),
    Route(name="undo", to=corrections.UNDO, words="undo"),
    Route(name=HELPED, to=helped.page, words="helped", right="help"),
    Route(name=CONFIRM, to=confirming.FLOW, command="xacnhan", words="confirm", right="confirm"),
    Route(name=UNCONFIRM, to=unconfirming.FLOW, words="unconfirm", right="confirm"),
    Route(name="review", to=review.FLOW, command="duyet", words="review", right="review"),
    Route(name="registers", to=registers.page, command="somohinh", words="registers"),
    Route(name="propose", to=proposals.FLOW, words="propose", right="propose"),
    Route(name="approve", to=approvals.FLOW, words="approve", right="registers"),
    Route(name="standing", to=standing.FLOW, words="standing", right="registers"),
    Route(name=PROXY, to=proxy.FLOW, command="baoho", words="proxy", right="proxy"),
    Route(
        name=ANNOUNCE, to=announcing.FLOW, command="thongbao", words="announce", right="announce"
    ),
    Route(name=ANNOUNCED, to=announced.page, words="announced", right="announce"),
    Route(name=READ, to=notices.read),
    Route(name="tally", to=tally.page, command="tonghop", words="tally", right="tally"),
)
