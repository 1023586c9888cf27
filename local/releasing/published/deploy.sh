#!/bin/sh
# Deploy this release of Recado with the AWS CLI alone, or update a stack to it:
#   ./deploy.sh <stack> <bucket> [Name=value ...]
# The code goes into the bucket, which is yours and lies in the stack's region. A parameter that is not named stays as the
# stack has it. Account and region are those of your AWS profile.
set -eu
if [ $# -lt 2 ]; then
  sed -n '2,5s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")"
stack=$1 bucket=$2
shift 2
packaged=$(mktemp)
trap 'rm -f "$packaged"' EXIT

deploy() {
  [ $# -eq 0 ] || set -- --parameter-overrides "$@"
  aws cloudformation deploy --stack-name "$stack" --template-file "$packaged" --s3-bucket "$bucket" --s3-prefix "$stack" \
    --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset "$@"
}

output() {
  aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

# The shipped event types are not to take the place of others: all that is published would end in the dead-letter queue.
if [ "$(output EventTypes 2>/dev/null)" = OWN ]; then
  echo "the stack $stack has event types of its own: deploy it from a clone, make deploy CATALOGUE=folder" >&2
  exit 1
fi

aws cloudformation package --template-file template.yaml --s3-bucket "$bucket" --s3-prefix "$stack" \
  --output-template-file "$packaged" >/dev/null
deploy "$@"

# A new stack tells its sign-in page of a console on this machine: where its own is, is known when its API exists.
if [ "$(output SignInReturnsTo)" = http://localhost:8080/console ]; then
  case " $* " in
    *" ConsoleUrl="*) ;;
    *) deploy "$@" "ConsoleUrl=$(output ConsoleUrl)" ;;
  esac
fi
echo "console  $(output ConsoleUrl)"
