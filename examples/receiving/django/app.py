"""Receive Recado's webhooks with Django: verify, keep, answer, work later. Python 3.11 or later.

To install it, and to start it:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt

    export WEBHOOK_SECRET=whsec_… PORT=9000
    .venv/bin/gunicorn --bind 127.0.0.1:$PORT app:application
"""

import os

import django
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks import Webhook, WebhookVerificationError

# Settings, model, view and address of a project, in one file.
settings.configure(
    # A name that is missing here is answered 400: yours.
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    # 2.5 MB unless it is set.
    DATA_UPLOAD_MAX_MEMORY_SIZE=1_000_000,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "inbox.db"}},
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
)
django.setup()

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])


class Inbox(models.Model):
    """What has come, each event once."""

    event_id = models.CharField(max_length=256, primary_key=True)
    event = models.JSONField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """The app and the table that it is kept in."""

        app_label = "app"
        db_table = "inbox"


# No form of yours sends these POSTs: without this the CSRF middleware answers 403 to each.
@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Answer 202 once all events of a genuine POST are kept."""
    try:
        # The bytes as they came, before anything asks for `request.POST`: of a form with files it leaves nothing.
        body = request.body
    except RequestDataTooBig:
        # Django itself would answer 400, and Recado would not learn that a smaller body is taken.
        return HttpResponse(status=413)
    try:
        events = WEBHOOK.verify(body, request.headers)["events"]
    # The library lets through what base64, UTF-8 and the header's form raise: a stranger would get a 500.
    except (WebhookVerificationError, ValueError):
        return HttpResponse(status=401)
    keep(events)
    return HttpResponse(status=202)


@transaction.atomic
def keep(events: list[dict]) -> None:
    """Keep all events of a POST, each once: a resend (`recado-resend`) has the ids that it had the first time.

    A job of its own takes the rows whose `done_at` is null, and does the work; the digest (`recado.digest`) is an
    event like the others.
    """
    for event in events:
        _, is_new = Inbox.objects.get_or_create(event_id=event["eventId"], defaults={"event": event})
        if is_new:
            print("kept", event["eventName"], event["eventId"], flush=True)


# Without a slash at its end: `APPEND_SLASH` redirects a POST to `/hook` to `/hook/`, and Recado follows no redirect.
urlpatterns = [path("hook", hook)]
application = get_wsgi_application()
# Yours: a migration.
if "inbox" not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Inbox)
