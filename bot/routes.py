"""Every place a talk can go, by name: the one list that joins flows and pages to the router."""

from __future__ import annotations

from handlers.elders import (
    corrections,
    linking,
    notices,
    pages,
    photo,
    privacy,
    registration,
    reminders,
    safety,
    sharing,
)
from handlers.elders.lesson import certificate, helping, levels, recall
from handlers.elders.lesson import flow as lesson
from handlers.elders.question import flow as question
from handlers.elders.report import flow as report
from handlers.elders.survey import asking
from handlers.elders.survey import flow as survey
from handlers.leaders import (
    announced,
    announcing,
    answering,
    confirming,
    proxy,
    review,
    unconfirming,
)
from handlers.leaders import helping as helped
from handlers.leaders import registers as proposals
from handlers.leaders.members import adding, printing, undoing
from handlers.leaders.members import flow as members
from handlers.leaders.survey import flow as surveying
from handlers.leaders.survey import found
from handlers.officers import dialogue, files, freeze, monday, outside, roster, standing, tally
from handlers.officers import registers as approvals
from handlers.reports import registers
from handlers.talk.routes import (
    ADD_MEMBER,
    ANNOUNCE,
    ANNOUNCED,
    ANOTHER,
    ANSWER,
    ASK,
    ASK_HELP,
    CERTIFICATE,
    CLEAR,
    CONFIRM,
    CORRECT,
    HELPED,
    LEARN,
    LINK,
    LINK_CODE,
    MEMBER_UNDO,
    MEMBERS,
    MENU,
    NEW_SURVEY,
    PHOTO,
    PRACTISED,
    PRINT,
    PROPOSE,
    PROXY,
    QUESTIONS,
    READ,
    RECALL,
    REGISTER,
    REMINDERS,
    REPORT,
    SAFETY,
    SURVEY,
    SURVEY_LATER,
    SURVEYED,
    SURVEYS,
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
        to=safety.FLOW,
        command="luadao",
        words="safety",
        right="anyone",
        personal=False,
    ),
    Route(name="thanks", to=pages.thanks, words="thanks", personal=False),
    Route(name=WHO, to=sharing.FLOW, words="who", personal=False),
    Route(name=ANOTHER, to=sharing.another, words="another", personal=False),
    Route(name="privacy", to=privacy.FLOW, command="dulieu", words="privacy"),
    Route(name=LINK, to=linking.FLOW, command="noimay", words="link", right="anyone"),
    Route(name=LINK_CODE, to=linking.new_code, words="link_code"),
    Route(name=CORRECT, to=corrections.page, command="sua", words="fix"),
    Route(name="undo", to=corrections.UNDO, words="undo"),
    Route(name=ASK, to=question.FLOW, command="hoi", words="ask"),
    Route(name=CLEAR, to=question.clear),
    Route(name=REMINDERS, to=reminders.FLOW, words="reminders"),
    Route(name="no_reminders", to=reminders.none, words="no_reminders", at_once=True),
    Route(name="fewer_reminders", to=reminders.fewer, words="fewer_reminders", at_once=True),
    Route(name=ANSWER, to=answering.FLOW, right="questions"),
    Route(name=QUESTIONS, to=answering.page, words="questions", right="questions"),
    Route(name="question_counts", to=dialogue.page, words="question_counts", right="tally"),
    Route(name=HELPED, to=helped.page, words="helped", right="help"),
    Route(name=CONFIRM, to=confirming.FLOW, command="xacnhan", words="confirm", right="confirm"),
    Route(name=UNCONFIRM, to=unconfirming.FLOW, words="unconfirm", right="confirm"),
    Route(name=MEMBERS, to=members.FLOW, command="hoivien", words="members", right="members"),
    Route(name=ADD_MEMBER, to=adding.FLOW, words="add_member", right="members"),
    Route(name=PRINT, to=printing.FLOW, words="print", right="members"),
    Route(name=MEMBER_UNDO, to=undoing.page, right="members"),
    Route(name="review", to=review.FLOW, command="duyet", words="review", right="review"),
    Route(name="registers", to=registers.page, command="somohinh", words="registers"),
    Route(name=PROPOSE, to=proposals.FLOW, words="propose", right="propose"),
    Route(name="approve", to=approvals.FLOW, words="approve", right="registers"),
    Route(name="standing", to=standing.FLOW, words="standing", right="registers"),
    Route(name=PROXY, to=proxy.FLOW, command="baoho", words="proxy", right="proxy"),
    Route(
        name=ANNOUNCE, to=announcing.FLOW, command="thongbao", words="announce", right="announce"
    ),
    Route(name=ANNOUNCED, to=announced.page, words="announced", right="announce"),
    Route(name=READ, to=notices.read),
    Route(name=SURVEYS, to=asking.page, command="khaosat", words="surveys"),
    Route(name=SURVEY, to=survey.FLOW),
    Route(name=SURVEY_LATER, to=asking.later),
    Route(name=NEW_SURVEY, to=surveying.FLOW, words="new_survey", right="announce"),
    Route(name=SURVEYED, to=found.page, words="surveyed", right="announce"),
    Route(name="tally", to=tally.page, command="tonghop", words="tally", right="tally"),
    Route(name="files", to=files.page, words="files", right="tally"),
    Route(name="file", to=files.send, right="tally"),
    Route(name="charts", to=files.charts_page, right="tally"),
    Route(name="monday", to=monday.page, words="monday", right="figures"),
    Route(name="roster", to=roster.FLOW, command="danso", words="roster", right="figures"),
    Route(name="rosters", to=roster.history, words="rosters", right="figures"),
    Route(name="outside", to=outside.FLOW, command="nhapso", words="outside", right="figures"),
    Route(name="papers", to=outside.papers, words="papers", right="figures"),
    Route(name="remove", to=outside.REMOVE, right="figures"),
    Route(name="freeze", to=freeze.FLOW, command="chot", words="freeze", right="figures"),
    Route(name="unfreeze", to=freeze.unfreeze, words="unfreeze", right="figures"),
)
