# A webhook of Recado, and the secret that its receiver verifies with. Terraform has no custom resources of its own: a
# small CloudFormation stack holds the webhook.

terraform {
  required_version = ">= 1.11" # write-only arguments keep the secret out of the state
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "webhook_resource_arn" {
  description = "The output WebhookResourceArn of Recado's stack."
  type        = string
}

# The receiver reads the same one. Its value is base64 of 24 bytes, as libraries of Standard Webhooks take it.
ephemeral "aws_secretsmanager_random_password" "signing" {
  password_length     = 32
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "signing" {
  name = "recado/courses"
}

resource "aws_secretsmanager_secret_version" "signing" {
  secret_id                = aws_secretsmanager_secret.signing.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.signing.random_password
  secret_string_wo_version = 1
}

locals {
  template = {
    Resources = {
      Webhook = {
        Type = "Custom::RecadoWebhook"
        Properties = {
          ServiceToken   = var.webhook_resource_arn
          ServiceTimeout = 600
          AccountId      = "1010"
          Name           = "Courses"
          TargetUrl      = "https://receiver.example.com/hooks"
          EventNames     = ["COURSE_ENROLLMENT", "COURSE_COMPLETED"]
          Delivery       = { MaxEvents = 10 }
          Authentication = {
            Type          = "SIGNATURE"
            SecretArn     = aws_secretsmanager_secret.signing.arn
            SecretVersion = aws_secretsmanager_secret_version.signing.version_id
          }
        }
      }
    }
    Outputs = { WebhookId = { Value = { Ref = "Webhook" } } }
  }
}

resource "aws_cloudformation_stack" "courses_webhook" {
  name          = "courses-webhook"
  template_body = jsonencode(local.template)
}

output "webhook_id" {
  value = aws_cloudformation_stack.courses_webhook.outputs["WebhookId"]
}
