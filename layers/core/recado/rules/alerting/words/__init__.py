"""The words of the mails, a module a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recado.rules.webhook.alert import AlertKind


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a language; `{…}` is filled in.

    `meanings`, `to_do` and `hints` may be empty: then what the alert itself says is said, which is English.
    """

    happened: Mapping[AlertKind, str]
    failures: Mapping[str, str]
    about: str
    waiting: str
    more_than: str
    failing_since: str
    had_failed_since: str
    last_error: str
    with_status: str
    took: str
    certificate: str
    meaning: str
    what_to_do: str
    open_webhook: str
    last_for_today: str
    why_alert: str
    unsubscribe: str
    asking_subject: str
    asking: str
    asking_what: str
    confirm: str
    not_you: str
    meanings: Mapping[AlertKind, str] = field(default_factory=dict)
    to_do: Mapping[AlertKind, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


def words_of(locale: str) -> Words:
    """The words of a language; English where there is none of it."""
    # Imported here, since a mail needs one of them.
    if locale == "pt":
        from recado.rules.alerting.words.pt import WORDS  # noqa: PLC0415
    elif locale == "es":
        from recado.rules.alerting.words.es import WORDS  # noqa: PLC0415
    else:
        from recado.rules.alerting.words.en import WORDS  # noqa: PLC0415
    return WORDS
