"""Every place a talk can go, by name: the one list that joins flows and pages to the router."""

from __future__ import annotations

from handlers.elders import activity_report, lesson, pages, privacy, registration, undo
from handlers.leaders import review
from handlers.officers import tally
from handlers.talk.routes import MENU, REGISTER, REPORT, SAFETY, Route

ROUTES = (
    Route(name=REGISTER, to=registration.FLOW, command="start", words="start", right="anyone"),
    Route(name=MENU, to=pages.menu, command="trogiup", words="menu"),
    Route(name="learn", to=lesson.FLOW, command="hoc", words="learn"),
    Route(name=REPORT, to=activity_report.FLOW, command="bao", words="report"),
    Route(name="mine", to=pages.mine, command="toi", words="mine"),
    Route(name=SAFETY, to=pages.safety, command="luadao", words="safety", right="anyone"),
    Route(name="thanks", to=pages.thanks, words="thanks"),
    Route(name="privacy", to=privacy.FLOW, command="dulieu", words="privacy"),
    Route(name="undo", to=undo.FLOW),
    Route(name="review", to=review.FLOW, command="duyet", words="review", right="review"),
    Route(name="tally", to=tally.page, command="tonghop", words="tally", right="tally"),
)
