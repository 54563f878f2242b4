"""What comes next for a person: what was begun, what is due, what the target lacks."""

from __future__ import annotations

from collections.abc import Mapping

from content.models.lesson import Lesson
from handlers.talk.scene import Scene
from storage.learning import Progress


def unlearnt(scene: Scene, progress: Mapping[str, Progress]) -> list[str]:
    """The lessons nobody has opened yet, the required skill that is nearest to complete first."""
    lessons = scene.content.lessons
    required = scene.content.plan.skills.required

    def need(lesson: Lesson) -> tuple[bool, float]:
        teaching = scene.content.teaching(lesson.skill)
        done = sum(1 for one in teaching if one.id in progress and progress[one.id].finished)
        return lesson.skill not in required, -done / len(teaching)

    fresh = [lesson for id_, lesson in lessons.items() if id_ not in progress]
    return [lesson.id for lesson in sorted(fresh, key=need)]


def same_track(scene: Scene, lesson_id: str, others: list[str]) -> list[str]:
    """Others than a lesson, what is left of its own track first."""
    of_track = [
        one.id
        for track in scene.content.tracks
        for one in track.lessons
        if lesson_id in {lesson.id for lesson in track.lessons}
    ]
    left = [id_ for id_ in others if id_ != lesson_id]
    return sorted(left, key=lambda id_: of_track.index(id_) if id_ in of_track else len(of_track))


def beside(scene: Scene, first: str, others: list[str]) -> list[str]:
    """Others, with something of another track than `first` in front, in the order of tracks."""
    track_of = {one.id: track.track.id for track in scene.content.tracks for one in track.lessons}
    elsewhere = [id_ for id_ in track_of if id_ in others and track_of[id_] != track_of.get(first)]
    return [*elsewhere[:1], *(id_ for id_ in others if id_ not in elsewhere[:1])]
