"""A webhook of Recado, and the secret that its receiver verifies with, as a stack of the CDK."""

import os

from aws_cdk import App, CustomResource, Duration, Stack
from aws_cdk.aws_secretsmanager import Secret, SecretStringGenerator

app = App()
stack = Stack(app, "CoursesWebhook")

# The receiver reads the same one. Its value is base64 of 24 bytes, as libraries of Standard Webhooks take it.
signing_secret = Secret(
    stack,
    "SigningSecret",
    secret_name="recado/courses",
    generate_secret_string=SecretStringGenerator(password_length=32, exclude_punctuation=True),
)

CustomResource(
    stack,
    "Webhook",
    resource_type="Custom::RecadoWebhook",
    service_token=os.environ["WEBHOOK_RESOURCE_ARN"],
    service_timeout=Duration.minutes(10),
    properties={
        "AccountId": "1010",
        "Name": "Courses",
        "TargetUrl": "https://receiver.example.com/hooks",
        "EventNames": ["COURSE_ENROLLMENT", "COURSE_COMPLETED"],
        "Delivery": {"MaxEvents": 10},
        "Authentication": {"Type": "SIGNATURE", "SecretArn": signing_secret.secret_arn},
    },
)

app.synth()
