"""The catalogue: the 27 event types, each with its category, a description and a sample of its `data`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Category(StrEnum):
    """When an event leaves: at once, or with the next batch."""

    REAL_TIME = "REAL_TIME"
    NON_REAL_TIME = "NON_REAL_TIME"


@dataclass(frozen=True, slots=True)
class EventType:
    """An entry of the catalogue; `sample_data` is a sound `data` object of such an event."""

    name: str
    category: Category
    description: str
    sample_data: Mapping[str, object]


_ENROLLED = ("userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateEnrolled")
_COMPLETED = ("userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateCompleted", "hasPassed")
_CERTIFIED = ("userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateCompleted")
_UNENROLLED = ("userId", "loInstanceId", "loId", "loType", "enrollmentSource")
_PROGRESS = ("userId", "loInstanceId", "loId", "loType", "dateStarted", "progressPercent")
_OBJECT = ("loId", "loType")
_INSTANCE = ("loInstanceId", "loId", "loType")
_SEATS = ("loInstanceId", "waitlistCount", "enrollmentCount", "seatLimit")

_SAMPLES: Mapping[str, object] = {
    "userId": 4279332,
    "enrollmentSource": "SELF_ENROLL",
    "dateEnrolled": 1727414643,
    "dateCompleted": 1727418243,
    "dateStarted": 1727411043,
    "hasPassed": True,
    "progressPercent": 60,
    "waitlistCount": 2,
    "enrollmentCount": 25,
    "seatLimit": 25,
}
_COURSE = {"loId": "course:7374992", "loInstanceId": "course:7376092_10250977", "loType": "course"}
_LEARNING_PATH = {
    "loId": "learningProgram:123456",
    "loInstanceId": "learningProgram:123456_234567",
    "loType": "learningProgram",
}
_CERTIFICATION = {
    "loId": "certification:1234567",
    "loInstanceId": "certification:1234567_2345678",
    "loType": "certification",
}

_REAL_TIME = (
    ("CI_STATS", "The free seats or the wait list of a course instance change.", _COURSE, _SEATS),
    ("COURSE_ENROLLMENT", "A learner enrols in a course.", _COURSE, _ENROLLED),
    ("COURSE_COMPLETED", "A learner completes a course.", _COURSE, _COMPLETED),
    ("COURSE_UNENROLLMENT", "A learner leaves a course.", _COURSE, _UNENROLLED),
    ("LEARNING_PATH_ENROLLMENT", "A learner enrols in a learning path.", _LEARNING_PATH, _ENROLLED),
    ("LEARNING_PATH_COMPLETED", "A learner completes a learning path.", _LEARNING_PATH, _COMPLETED),
    ("LEARNING_PATH_UNENROLLMENT", "A learner leaves a learning path.", _LEARNING_PATH, _UNENROLLED),
    ("CERTIFICATION_ENROLLMENT", "A learner enrols in a certification.", _CERTIFICATION, _ENROLLED),
    ("CERTIFICATION_COMPLETED", "A learner completes a certification.", _CERTIFICATION, _CERTIFIED),
    ("CERTIFICATION_UNENROLLMENT", "A learner leaves a certification.", _CERTIFICATION, _UNENROLLED),
    ("LEARNING_OBJECT_DRAFT", "A learning object is created, or changed while it is a draft.", _COURSE, _OBJECT),
    (
        "LEARNING_OBJECT_MODIFICATION",
        "A published learning object is changed, published or retired.",
        _COURSE,
        _OBJECT,
    ),
    ("LEARNING_OBJECT_DELETION", "A learning object is deleted.", _COURSE, _OBJECT),
    ("LEARNING_OBJECT_INSTANCE_MODIFICATION", "An instance is created, changed or retired.", _COURSE, _INSTANCE),
    ("LEARNING_OBJECT_INSTANCE_DELETION", "An instance is deleted.", _COURSE, _INSTANCE),
)

_BY_STAFF = "An admin, a manager or the platform"
_NON_REAL_TIME = (
    ("COURSE_ENROLLMENT_BATCH", f"{_BY_STAFF} enrols learners in a course.", _COURSE, _ENROLLED),
    ("COURSE_COMPLETED_BATCH", f"{_BY_STAFF} marks a course as completed.", _COURSE, _COMPLETED),
    ("COURSE_UNENROLLMENT_BATCH", f"{_BY_STAFF} removes learners from a course.", _COURSE, _UNENROLLED),
    (
        "LEARNING_PATH_ENROLLMENT_BATCH",
        f"{_BY_STAFF} enrols learners in a learning path.",
        _LEARNING_PATH,
        _ENROLLED,
    ),
    (
        "LEARNING_PATH_COMPLETED_BATCH",
        f"{_BY_STAFF} marks a learning path as completed.",
        _LEARNING_PATH,
        _COMPLETED,
    ),
    (
        "LEARNING_PATH_UNENROLLMENT_BATCH",
        f"{_BY_STAFF} removes learners from a learning path.",
        _LEARNING_PATH,
        _UNENROLLED,
    ),
    (
        "CERTIFICATION_ENROLLMENT_BATCH",
        f"{_BY_STAFF} enrols learners in a certification.",
        _CERTIFICATION,
        _ENROLLED,
    ),
    (
        "CERTIFICATION_COMPLETED_BATCH",
        f"{_BY_STAFF} marks a certification as completed.",
        _CERTIFICATION,
        _CERTIFIED,
    ),
    (
        "CERTIFICATION_UNENROLLMENT_BATCH",
        f"{_BY_STAFF} removes learners from a certification.",
        _CERTIFICATION,
        _UNENROLLED,
    ),
    ("LEARNER_PROGRESS", "A learner completes a module; may lag by up to 15 minutes.", _COURSE, _PROGRESS),
    ("LEARNING_OBJECT_MODIFICATION_BATCH", "A learning object is changed by a migration.", _COURSE, _OBJECT),
    (
        "LEARNING_OBJECT_INSTANCE_MODIFICATION_BATCH",
        "An instance is created or changed by a migration.",
        _COURSE,
        _INSTANCE,
    ),
)

_Row = tuple[str, str, dict[str, str], tuple[str, ...]]


def _event_type(row: _Row, category: Category) -> EventType:
    name, description, learning_object, fields = row
    data = {field: learning_object.get(field, _SAMPLES.get(field)) for field in fields}
    if name.endswith("_BATCH") and "enrollmentSource" in data:
        data["enrollmentSource"] = "ADMIN_ENROLL"
    return EventType(name, category, description, MappingProxyType(data))


CATALOGUE: Mapping[str, EventType] = MappingProxyType(
    {row[0]: _event_type(row, Category.REAL_TIME) for row in _REAL_TIME}
    | {row[0]: _event_type(row, Category.NON_REAL_TIME) for row in _NON_REAL_TIME}
)
