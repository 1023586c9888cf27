"""What the stack can be told."""

import re

from tests.infrastructure.cloudformation import Stack

DEFAULTS = {
    "BatchSchedule": "rate(15 minutes)",
    "WebhookLimit": 5,
    "MutationsPerMinute": 60,
    "TestSendsPerMinute": 10,
    "PublishesPerMinute": 400,
    "ReadUnitsPerMinute": 6000,
    "EventSource": "recado.publisher",
    "PublisherAccounts": "",
    "ValidateEvents": "WARN",
    "AllowPrivateTargets": "false",
    "AllowedTargetPorts": "443,8443",
    "AllowedTargetCidrs": "",
    "VpcSubnetIds": "",
    "VpcSecurityGroupIds": "",
    "DeliveryRetentionDays": 30,
    "LogRetentionDays": 30,
    "LogLevel": "INFO",
    "MaxDrains": 5,
    "MaxSenders": 100,
    "RealtimeConcurrency": "",
    "SlowAfter": 2,
    "CountingWindow": 60,
    "AlertAfter": 300,
    "ConcurrencyAlarmThreshold": 800,
    "IdentityIssuer": "",
    "IdentityAudience": "",
    "GroupsClaim": "cognito:groups",
    "UserPoolDomainPrefix": "",
    "ConsoleUrl": "http://localhost:8080/console",
    "ConsoleClientId": "",
    "CliClientId": "",
    "ConsoleScopes": "openid recado/webhooks.read recado/webhooks.write",
    "AuthorizationUrl": "",
    "TokenUrl": "",
    "LogoutUrl": "",
    "RevocationUrl": "",
    "PortalName": "",
    "PortalLogo": "",
    "PortalColour": "",
    "PortalRefreshUrl": "",
    "PortalOrigins": "",
    "EgressAddresses": "",
    "DetailedMetrics": "false",
    "Alarms": "true",
    "ShowDashboard": "false",
    "Tracing": "false",
    "AlertEmail": "",
    "MailFrom": "",
}
RANGES = {
    "WebhookLimit": (1, 25),
    "MutationsPerMinute": (1, 10_000),
    "TestSendsPerMinute": (1, 10_000),
    "PublishesPerMinute": (1, 10_000),
    "ReadUnitsPerMinute": (500, 1_000_000),
    "DeliveryRetentionDays": (8, 365),
    "MaxDrains": (1, 50),
    "MaxSenders": (2, 1000),
    "SlowAfter": (1, 4),
    "CountingWindow": (1, 300),
    "AlertAfter": (0, 86_400),
    "ConcurrencyAlarmThreshold": (1, 1_000_000),
}
ACCEPTED = (
    ("AllowedTargetPorts", "8443"),
    ("AllowedTargetPorts", "443,8443,9443"),
    ("AllowedTargetCidrs", "10.0.0.0/8"),
    ("AllowedTargetCidrs", "172.16.0.0/12,172.31.255.0/24,192.168.7.0/24,100.64.0.0/10,100.127.0.0/16"),
    ("AllowedTargetCidrs", "fc00::/7,fd12:3456::/32"),
    ("VpcSubnetIds", "subnet-0123456789abcdef0"),  # each member of the list is held against the pattern
    ("VpcSubnetIds", "subnet-01234567"),
    ("VpcSecurityGroupIds", "sg-0123456789abcdef0"),
    ("BatchSchedule", "rate(1 minute)"),
    ("BatchSchedule", "rate(90 minutes)"),
    ("BatchSchedule", "cron(0 8 ? * MON-FRI *)"),
    ("RealtimeConcurrency", ""),
    ("RealtimeConcurrency", "250"),
    ("EventSource", "com.example/learning"),
    ("PublisherAccounts", "111122223333"),
    ("PublisherAccounts", "111122223333,444455556666"),
    ("IdentityIssuer", "https://login.example.com/realms/main"),
    ("IdentityAudience", "api,console-client"),
    ("GroupsClaim", "https://example.com/groups"),
    ("UserPoolDomainPrefix", "recado-of-example"),
    ("ConsoleUrl", "https://hooks.example.com/console"),
    ("ConsoleUrl", "http://localhost:8080/console"),
    ("ConsoleClientId", ""),
    ("ConsoleClientId", "0oa1b2c3"),
    ("CliClientId", ""),
    ("CliClientId", "0oa1b2c4"),
    ("ConsoleScopes", "openid offline_access recado/webhooks.read recado/webhooks.write"),
    ("AuthorizationUrl", ""),
    ("AuthorizationUrl", "https://login.example.com/realms/main/authorize?audience=recado"),
    ("TokenUrl", "http://127.0.0.1:8080/oauth2/token"),
    ("LogoutUrl", "https://login.example.com/logout"),
    ("RevocationUrl", "https://login.example.com/oauth2/revoke"),
    ("PortalName", "Acme Academy — webhooks"),
    ("PortalLogo", "data:image/png;base64,iVBORw0KGgo="),
    ("PortalLogo", "data:image/svg+xml;base64,PHN2Zy8+"),
    ("PortalColour", "#0a7d4f"),
    ("PortalRefreshUrl", "https://app.example.com/settings/webhooks?from=portal"),
    ("PortalOrigins", "https://app.example.com"),
    ("PortalOrigins", "https://app.example.com:8443,http://127.0.0.1:9000,http://localhost:9001"),
    ("EgressAddresses", "198.51.100.7/32"),
    ("EgressAddresses", "255.0.0.0/8,::/0,2001:DB8::7/128,0.0.0.0/0"),
    ("EgressAddresses", "198.51.100.0/28,2001:db8:1::/56"),
    ("AlertEmail", "ops@example.com"),
    ("MailFrom", ""),
    ("MailFrom", "alerts+recado@mail.example.com"),
)
REFUSED = (
    ("PortalName", "a\nb"),
    ("PortalLogo", "https://cdn.example.com/logo.png"),  # another host would be asked by each browser
    ("PortalLogo", "data:text/html;base64,PGI+"),
    ("PortalColour", "green"),
    ("PortalColour", "#0a7d4f;"),
    ("PortalRefreshUrl", "javascript:alert(1)"),
    ("PortalRefreshUrl", "http://app.example.com/"),
    ("PortalOrigins", "https://app.example.com/"),
    ("PortalOrigins", "*"),
    ("PortalOrigins", "https://*.example.com"),
    ("PortalOrigins", "https://app.example.com; script-src *"),
    ("PortalOrigins", "https://a.example,"),
    ("PortalOrigins", "http://app.example.com"),
    ("ConsoleUrl", "http://127.0.0.1:8080/console"),  # Cognito takes http://localhost and no other
    ("AllowedTargetPorts", ""),
    ("AllowedTargetPorts", "443, 8443"),
    ("AllowedTargetPorts", "0"),
    ("AllowedTargetCidrs", "127.0.0.0/8"),
    ("AllowedTargetCidrs", "169.254.169.254/32"),
    ("AllowedTargetCidrs", "0.0.0.0/0"),
    ("AllowedTargetCidrs", "8.8.8.0/24"),
    ("AllowedTargetCidrs", "172.15.0.0/16"),
    ("AllowedTargetCidrs", "172.32.0.0/16"),
    ("AllowedTargetCidrs", "100.63.0.0/16"),
    ("AllowedTargetCidrs", "100.128.0.0/16"),
    ("AllowedTargetCidrs", "192.169.0.0/16"),
    ("AllowedTargetCidrs", "10.0.0.0"),
    ("AllowedTargetCidrs", "10.0.0.0/8,"),
    ("AllowedTargetCidrs", "10.0.0.0/8, 192.168.0.0/16"),
    ("AllowedTargetCidrs", "10.0.0.0/8,0.0.0.0/0"),
    ("AllowedTargetCidrs", "fe80::/10"),
    ("AllowedTargetCidrs", "::1/128"),
    ("VpcSubnetIds", "vpc-01234567"),
    ("VpcSecurityGroupIds", "subnet-01234567"),
    ("BatchSchedule", "15 minutes"),
    ("BatchSchedule", "rate(1 minutes)"),
    ("BatchSchedule", "rate(0 minutes)"),
    ("BatchSchedule", "rate(15 minute)"),
    ("RealtimeConcurrency", "0"),
    ("RealtimeConcurrency", "-1"),
    ("RealtimeConcurrency", "many"),
    ("EventSource", "aws.events"),
    ("EventSource", ""),
    ("EventSource", "two words"),
    ("PublisherAccounts", "*"),
    ("PublisherAccounts", "11112222333"),
    ("PublisherAccounts", "111122223333, 444455556666"),
    ("PublisherAccounts", "111122223333,"),
    ("PublisherAccounts", "arn:aws:iam::111122223333:root"),
    ("IdentityIssuer", "http://login.example.com"),
    ("IdentityAudience", "api, console"),
    ("IdentityAudience", "api,"),
    ("GroupsClaim", ""),
    ("UserPoolDomainPrefix", "Recado"),
    ("UserPoolDomainPrefix", "my-cognito"),
    ("UserPoolDomainPrefix", "-recado"),
    ("ConsoleUrl", "http://hooks.example.com/console"),
    ("ConsoleUrl", "https://hooks.example.com/#console"),
    ("ConsoleUrl", "http://localhost.example.com/console"),
    ("ConsoleUrl", "https://hooks.example.com/"),
    ("ConsoleUrl", "https://hooks.example.com/console/"),
    ("ConsoleUrl", "https://hooks.example.com/webhooks/console"),
    ("ConsoleClientId", "two words"),
    ("CliClientId", "two words"),
    ("ConsoleScopes", ""),
    ("ConsoleScopes", "openid,recado/webhooks.read "),
    ("AuthorizationUrl", "http://login.example.com/authorize"),
    ("AuthorizationUrl", "javascript:alert(1)"),
    ("TokenUrl", "https://login.example.com/token#fragment"),
    ("LogoutUrl", "http://localhost.example.com/logout"),
    ("RevocationUrl", "http://localhost.example.com/revoke"),
    ("EgressAddresses", "198.51.100.7"),
    ("EgressAddresses", "198.51.100.7/32, 198.51.100.8/32"),
    ("EgressAddresses", "198.51.100.7/32,"),
    ("EgressAddresses", "nat.example.com/32"),
    ("EgressAddresses", "198.51.100.256/32"),
    ("EgressAddresses", "198.51.100.7/33"),
    ("EgressAddresses", "198.51.100/24"),
    ("EgressAddresses", "198.051.100.7/32"),
    ("EgressAddresses", "2001:db8::/129"),
    ("EgressAddresses", "2001db8/56"),
    ("AlertEmail", "ops"),
)


def test_parameters_are_the_documented_ones(source: Stack) -> None:
    """The stack has the documented parameters and no others."""
    assert set(source.document["Parameters"]) == set(DEFAULTS)


def test_parameters_have_their_defaults(source: Stack) -> None:
    """A parameter that is not given has its documented default."""
    assert {name: parameter["Default"] for name, parameter in source.document["Parameters"].items()} == DEFAULTS


def test_parameters_say_what_they_are(source: Stack) -> None:
    """A parameter is described to whoever deploys."""
    parameters = source.document["Parameters"]
    assert [name for name in DEFAULTS if len(parameters[name]["Description"]) <= 20] == []


def test_parameters_are_constrained(source: Stack) -> None:
    """A parameter refuses what would fail later, and says why unless it lists what it accepts."""
    for name, parameter in source.document["Parameters"].items():
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & parameter.keys(), name
        assert "AllowedValues" in parameter or parameter["ConstraintDescription"].endswith("."), name


def test_numbers_have_their_range(source: Stack) -> None:
    """A number is kept within its documented range."""
    parameters = source.document["Parameters"]
    assert {name: (parameters[name]["MinValue"], parameters[name]["MaxValue"]) for name in RANGES} == RANGES


def is_accepted(source: Stack, name: str, value: str) -> bool:
    """Whether CloudFormation takes this value for the parameter."""
    return bool(re.fullmatch(source.document["Parameters"][name]["AllowedPattern"], value))


def test_sound_values_are_accepted(source: Stack) -> None:
    """Each form that the documentation names."""
    assert [each for each in ACCEPTED if not is_accepted(source, *each)] == []


def test_unsound_values_are_refused(source: Stack) -> None:
    """Before anything is deployed."""
    assert [each for each in REFUSED if is_accepted(source, *each)] == []


def test_outside_issuer_needs_an_audience(source: Stack) -> None:
    """An issuer without an audience is refused, since every token of that issuer would be accepted."""
    rule = source.document["Rules"]["OutsideIssuerHasAudience"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "IdentityIssuer"}, ""]}]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "IdentityAudience"}, ""]}]}
