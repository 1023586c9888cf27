"""The catalogue of event types."""

import json

import pytest

from recado.rules.event.catalogue import Category
from recado.rules.event.event import parse_event
from tests.support.catalogue import SHIPPED
from tests.unit.builders import detail

ENROLLED = ["userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateEnrolled"]
COMPLETED = ["userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateCompleted", "hasPassed"]
CERTIFIED = ["userId", "loInstanceId", "loId", "loType", "enrollmentSource", "dateCompleted"]
UNENROLLED = ["userId", "loInstanceId", "loId", "loType", "enrollmentSource"]

EXPECTED = [
    ("CI_STATS", "REAL_TIME", ["loInstanceId", "waitlistCount", "enrollmentCount", "seatLimit"]),
    ("COURSE_ENROLLMENT", "REAL_TIME", ENROLLED),
    ("COURSE_COMPLETED", "REAL_TIME", COMPLETED),
    ("COURSE_UNENROLLMENT", "REAL_TIME", UNENROLLED),
    ("LEARNING_PATH_ENROLLMENT", "REAL_TIME", ENROLLED),
    ("LEARNING_PATH_COMPLETED", "REAL_TIME", COMPLETED),
    ("LEARNING_PATH_UNENROLLMENT", "REAL_TIME", UNENROLLED),
    ("CERTIFICATION_ENROLLMENT", "REAL_TIME", ENROLLED),
    ("CERTIFICATION_COMPLETED", "REAL_TIME", CERTIFIED),
    ("CERTIFICATION_UNENROLLMENT", "REAL_TIME", UNENROLLED),
    ("LEARNING_OBJECT_DRAFT", "REAL_TIME", ["loId", "loType"]),
    ("LEARNING_OBJECT_MODIFICATION", "REAL_TIME", ["loId", "loType"]),
    ("LEARNING_OBJECT_DELETION", "REAL_TIME", ["loId", "loType"]),
    ("LEARNING_OBJECT_INSTANCE_MODIFICATION", "REAL_TIME", ["loInstanceId", "loId", "loType"]),
    ("LEARNING_OBJECT_INSTANCE_DELETION", "REAL_TIME", ["loInstanceId", "loId", "loType"]),
    ("COURSE_ENROLLMENT_BATCH", "NON_REAL_TIME", ENROLLED),
    ("COURSE_COMPLETED_BATCH", "NON_REAL_TIME", COMPLETED),
    ("COURSE_UNENROLLMENT_BATCH", "NON_REAL_TIME", UNENROLLED),
    ("LEARNING_PATH_ENROLLMENT_BATCH", "NON_REAL_TIME", ENROLLED),
    ("LEARNING_PATH_COMPLETED_BATCH", "NON_REAL_TIME", COMPLETED),
    ("LEARNING_PATH_UNENROLLMENT_BATCH", "NON_REAL_TIME", UNENROLLED),
    ("CERTIFICATION_ENROLLMENT_BATCH", "NON_REAL_TIME", ENROLLED),
    ("CERTIFICATION_COMPLETED_BATCH", "NON_REAL_TIME", CERTIFIED),
    ("CERTIFICATION_UNENROLLMENT_BATCH", "NON_REAL_TIME", UNENROLLED),
    (
        "LEARNER_PROGRESS",
        "NON_REAL_TIME",
        ["userId", "loInstanceId", "loId", "loType", "dateStarted", "progressPercent"],
    ),
    ("LEARNING_OBJECT_MODIFICATION_BATCH", "NON_REAL_TIME", ["loId", "loType"]),
    ("LEARNING_OBJECT_INSTANCE_MODIFICATION_BATCH", "NON_REAL_TIME", ["loInstanceId", "loId", "loType"]),
]

FIELD_TYPES = {
    "userId": int,
    "loInstanceId": str,
    "loId": str,
    "loType": str,
    "enrollmentSource": str,
    "dateEnrolled": int,
    "dateCompleted": int,
    "dateStarted": int,
    "hasPassed": bool,
    "progressPercent": int,
    "waitlistCount": int,
    "enrollmentCount": int,
    "seatLimit": int,
}


def test_the_catalogue_is_the_documented_one() -> None:
    """27 names, each with its category and the fields of its data."""
    actual = [(entry.name, entry.category.value, list(entry.sample)) for entry in SHIPPED]
    assert sorted(actual) == sorted(EXPECTED)
    assert len(SHIPPED.of(Category.REAL_TIME)) == 15


@pytest.mark.parametrize("name", SHIPPED.names)
def test_every_sample_could_have_happened(name: str) -> None:
    """A sample makes a sound event, and its fields have the documented types."""
    entry = SHIPPED[name]

    assert entry.name == name
    assert all(text.endswith(".") for text in entry.description.values())
    assert all(type(value) is FIELD_TYPES[field] for field, value in entry.sample.items())
    assert json.loads(parse_event(name, detail(data=dict(entry.sample))).text)["data"] == entry.sample


@pytest.mark.parametrize("name", [entry.name for entry in SHIPPED if "loInstanceId" in entry.sample])
def test_the_ids_of_a_sample_fit_together(name: str) -> None:
    """Learning object, instance and type name the same thing."""
    sample = SHIPPED[name].sample
    prefix = str(sample["loInstanceId"]).partition(":")[0]

    assert prefix == sample.get("loType", prefix)
    assert str(sample.get("loId", f"{prefix}:")).startswith(f"{prefix}:")
    assert prefix == {"COURSE": "course", "LEARNING": "course", "LEARNER": "course", "CI": "course"}.get(
        name.partition("_")[0], "certification"
    ) or name.startswith("LEARNING_PATH")


def test_the_catalogue_cannot_be_changed() -> None:
    """Neither the catalogue nor a sample lets itself be written to."""
    for mapping in (SHIPPED, SHIPPED["CI_STATS"].sample):
        assert not hasattr(mapping, "__setitem__")
