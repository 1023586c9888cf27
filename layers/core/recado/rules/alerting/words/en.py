"""The mails in English; what an alert means, and what to do, it says itself."""

from recado.rules.alerting.words import Words
from recado.rules.webhook.alert import AlertKind

WORDS = Words(
    happened={
        AlertKind.FAILING: "Webhook “{name}” is failing",
        AlertKind.STILL_FAILING: "Webhook “{name}” is still failing",
        AlertKind.RECOVERED: "Webhook “{name}” has recovered",
        AlertKind.DISABLED: "Webhook “{name}” has been disabled",
        AlertKind.SLOW: "Webhook “{name}” is slow",
        AlertKind.SET_ASIDE: "Webhook “{name}” has events set aside",
        AlertKind.CERTIFICATE_ENDING: "Webhook “{name}” needs a new client certificate",
    },
    failures={
        "BLOCKED_TARGET": "Address not allowed",
        "DNS": "Host name not found",
        "CONNECT": "No connection",
        "TLS": "Certificate refused",
        "TIMEOUT": "Timed out",
        "CLOSED": "Connection closed",
        "REDIRECT": "Redirected",
        "CLIENT_ERROR": "Request refused",
        "SERVER_ERROR": "Receiver error",
        "PROTOCOL": "Invalid response",
        "OAUTH2": "No access token",
    },
    about="{happened}. It is {webhook} of account {account}.",
    waiting="Events waiting: {count}",
    more_than="more than {count}",
    failing_since="Failing since: {time}; failed attempts in a row: {attempts}",
    had_failed_since="Had failed since: {time}; failed attempts in a row: {attempts}",
    last_error="Last error: {failure}",
    with_status="{failure}, status {status}",
    took="Time to answer: {took} s or longer; slow is what takes over {limit} s",
    certificate="Client certificate: {subject}, ends at {time}",
    meaning="What it means: {text}",
    what_to_do="What to do: {text}",
    open_webhook="Look at the webhook",
    last_for_today="This is the last alert that this address gets within 24 hours: it has had as many as it may have.",
    why_alert="You get this because {address} was confirmed for the alerts of account {account}.",
    unsubscribe="Unsubscribe",
    asking_subject="Do you want the webhook alerts of account {account}?",
    asking="Somebody has entered {address} for the alerts of account {account}.",
    asking_what="Once you have confirmed, you are told by mail when a webhook of this account fails, recovers, is "
    "disabled or slow, sets events aside, or needs a new certificate. The link works for 7 days.",
    confirm="Confirm the address",
    not_you="If you expected nothing of the kind, do nothing: without your confirmation you get no alerts. You can "
    "also unsubscribe.",
)
