"""The request for a token."""

import base64
from urllib.parse import quote

from oauthlib.oauth2.rfc6749.parameters import prepare_token_request

from recado.rules.sending.answers.proofs import Proofs
from recado.rules.sending.outgoing import USER_AGENT, OutgoingRequest
from recado.rules.webhook.authentication.authentication import ClientAuthentication, OAuth2

TOKEN_SECONDS = 5.0
"""How long a token server has, from the look-up of its name to the end of its answer."""

_FORM = "application/x-www-form-urlencoded"


def token_request(oauth2: OAuth2, client_secret: str) -> OutgoingRequest:
    """The POST that asks for a token; scope and audience are left out where they are empty."""
    in_body = oauth2.client_authentication is ClientAuthentication.BODY
    body = prepare_token_request(
        "client_credentials",
        include_client_id=in_body,
        client_id=oauth2.client_id,
        client_secret=client_secret if in_body else None,
        scope=oauth2.scope or None,
        audience=oauth2.audience,
    )
    # Not every encoder and decoder agrees about "+" in a header: what is escaped so is read alike by all of them.
    pair = f"{quote(oauth2.client_id, safe='')}:{quote(client_secret, safe='')}"
    basic = base64.b64encode(pair.encode()).decode()
    headers = {"Accept": "application/json", "Content-Type": _FORM, "User-Agent": USER_AGENT}
    if not in_body:
        headers["Authorization"] = f"Basic {basic}"
    proofs = Proofs(
        [
            ("the client secret", client_secret),
            ("the client id and secret", f"{oauth2.client_id}:{client_secret}"),
            ("the client id and secret", pair),
            ("the client id and secret", basic.rstrip("=")),
        ]
    )
    return OutgoingRequest(oauth2.token_url, headers, body.encode(), TOKEN_SECONDS, answer_decides=True, proofs=proofs)
