"""Which lesson: what comes next, a track and a lesson of it, or a title in words."""

from __future__ import annotations

from handlers.elders.lesson import questions, suggestions
from handlers.talk.flow import (
    SHORTEST_PART,
    Data,
    Heard,
    Misheard,
    Option,
    Prompt,
    Said,
    without_courtesy,
)
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold

#: How many lessons are suggested, beside the way to all of them; how many are shown at a time.
SUGGESTED, SHOWN = 2, 3
_TRACKS, _MORE, _OLD, _RECALL = "tracks", "more", "old", "recall"


def opened(scene: Scene, data: Data, lesson_id: str) -> Data:
    """The data of a lesson from where the person left it, with its questions drawn."""
    lesson = scene.content.lessons[lesson_id]
    card = min(data["places"].get(lesson_id, 0), len(lesson.cards) - 1)
    question, right = data.get("quizzes", {}).get(lesson_id, (None, 0))
    return {
        "lesson": lesson_id,
        "card": card,
        "questions": questions.draw(scene, lesson, data["times"].get(lesson_id, 0)),
        "quiz": question is not None,
        "question": question or 0,
        "right": right,
        "opening": True,
    }


def known_pick(scene: Scene, data: Data) -> Heard | None:
    """Chosen already; a lesson taken out of the content meanwhile is chosen anew."""
    return Heard("picked") if data.get("lesson") in scene.content.lessons else None


def ask_pick(scene: Scene, data: Data) -> Prompt:
    """What comes next for this person, or any lesson there is."""
    every_one_done = data["done"] == len(data["order"])
    return Prompt(
        scene.say("learn.pick_all_done" if every_one_done else "learn.pick"),
        (
            *(Option(key, _title(scene, data, key)) for key in _suggested(scene, data)),
            Option(_TRACKS, scene.say("learn.pick_other")),
        ),
    )


def _suggested(scene: Scene, data: Data) -> list[str]:
    """What was begun, what is due, what the target lacks; something of another track beside it."""
    order = [id_ for id_ in data["order"] if id_ in scene.content.lessons]
    begun = [id_ for id_ in order if id_ in data["places"]]
    due = [_RECALL] if data["recall"] in scene.content.skills else []
    first = [*begun, *due, *order][0]
    left = [id_ for id_ in order if id_ != first]
    new = left[: len(left) - data["done"]] or left
    beside = suggestions.beside(scene, first, new)
    return [first, *(one for one in (*due, *begun, *beside) if one != first)][:SUGGESTED]


def _title(scene: Scene, data: Data, lesson_id: str) -> str:
    if lesson_id == _RECALL:
        return scene.say("recall.pick", title=scene.content.skills[data["recall"]].name)
    title = scene.fill(scene.content.lessons[lesson_id].title)
    return scene.say("learn.pick_started", title=title) if lesson_id in data["places"] else title


def choose_pick(scene: Scene, data: Data, key: str) -> Heard:
    """A suggested lesson, a recall, or the way to all of them."""
    if key == _RECALL:
        return Heard("recall")
    if key == _TRACKS:
        return Heard("tracks", {"from": 0})
    return Heard("picked", opened(scene, data, key))


def ask_track(scene: Scene, data: Data) -> Prompt:
    """The tracks, a few at a time; before them what was learnt already."""
    old = [Option(_OLD, scene.say("learn.pick_old"))] if data["done"] else []
    options = old + [
        Option(one.track.id, scene.fill(one.track.title))
        for one in scene.content.tracks
        if one.lessons
    ]
    return Prompt(scene.say("learn.pick_track"), _page(scene, options, data["from"]))


def choose_track(_scene: Scene, data: Data, key: str) -> Heard:
    """A track, more of them, or what was learnt already."""
    if key == _OLD:
        return Heard("old", {"from": 0})
    if key == _MORE:
        return Heard("more", {"from": data["from"] + SHOWN - 1})
    return Heard("track", {"track": key, "from": 0})


def ask_lesson(scene: Scene, data: Data) -> Prompt:
    """The lessons of a track, a few at a time."""
    track = next((o for o in scene.content.tracks if o.track.id == data["track"]), None)
    options = [
        Option(one.id, _title(scene, data, one.id)) for one in (track.lessons if track else ())
    ]
    return Prompt(scene.say("learn.pick"), _page(scene, options, data["from"]))


def ask_old(scene: Scene, data: Data) -> Prompt:
    """The lessons learnt already, the latest first, a few at a time."""
    done = data["order"][len(data["order"]) - data["done"] :]
    options = [
        Option(id_, _title(scene, data, id_)) for id_ in done if id_ in scene.content.lessons
    ]
    return Prompt(scene.say("learn.pick_again"), _page(scene, options, data["from"]))


def choose_lesson(scene: Scene, data: Data, key: str) -> Heard:
    """A lesson, or more of them."""
    if key == _MORE:
        return Heard("more", {"from": data["from"] + SHOWN - 1})
    return Heard("picked", opened(scene, data, key))


def _page(scene: Scene, options: list[Option], start: int) -> tuple[Option, ...]:
    """Three of some options; when there are more, the last one leads on."""
    page = options[start:]
    if len(page) > SHOWN:
        page = [*page[: SHOWN - 1], Option(_MORE, scene.say("learn.pick_more"))]
    return tuple(page)


def hear_pick(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """A track by its name ("an toàn"); or a lesson by words of its title, if they fit just one."""
    if (track := _track(scene, said.text)) is not None:
        return Heard("track", {"track": track, "from": 0})
    found = find(scene, said.text)
    if found is None:
        return Misheard(scene.reply("learn.pick_unclear"))
    return Heard("picked", opened(scene, data, found))


def _track(scene: Scene, text: str) -> str | None:
    """The one track in whose name a text stands as it is; None when there are several."""
    told = without_courtesy(fold(text), scene)
    hits = [
        one.track.id
        for one in scene.content.tracks
        for names in [f"{fold(scene.fill(one.track.title))} | {one.track.id.replace('_', ' ')}"]
        if one.lessons and len(told) >= SHORTEST_PART and f" {told} " in f" {names} "
    ]
    return hits[0] if len(hits) == 1 else None


def find(scene: Scene, text: str) -> str | None:
    """The lesson whose title has the most of a text's words; None when none stands out."""
    words = set(without_courtesy(fold(text), scene).split())
    hits = sorted(
        (
            (len(words & set(fold(scene.fill(one.title)).split())), id_)
            for id_, one in scene.content.lessons.items()
        ),
        reverse=True,
    )
    best = hits[0] if hits else (0, "")
    alone = len(hits) < 2 or best[0] > hits[1][0]
    return best[1] if best[0] and alone else None
