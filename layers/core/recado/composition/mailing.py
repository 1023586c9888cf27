"""The use case of the function that mails alerts."""

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses, DynamoLinks
from recado.adapters.dynamodb.accounts.mail_store import DynamoMailCounts, DynamoMailed
from recado.adapters.dynamodb.accounts.opt_out_store import DynamoOptOuts
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.adapters.messaging.ses_mails import SesMails
from recado.composition.clients import client, now_ms
from recado.rules.alerting.letters import Places
from recado.settings import MailerSettings
from recado.use_cases.mailing.alert_mailing import AlertMailing, ReportOutcome


def alert_mailing(settings: MailerSettings, report: ReportOutcome) -> AlertMailing:
    """What mails alerts, and reports what becomes of each mail."""
    table = webhooks_table(settings.webhooks_table, SharedConnection())
    return AlertMailing(
        DynamoAlertAddresses(table),
        DynamoLinks(table),
        opt_outs=DynamoOptOuts(table),
        counts=DynamoMailCounts(table),
        mailed=DynamoMailed(table, now_ms),
        mails=SesMails(client("sesv2"), settings.mail_from),
        places=Places(settings.console_url, settings.portal_refresh_url),
        clock=now_ms,
        report=report,
    )
