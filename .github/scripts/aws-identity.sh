#!/usr/bin/env bash
# aws-identity.sh <role ARN> <region>: proves to AWS which job this is. What starts in the next five minutes uses the role, for
# an hour at most; no secret is stored anywhere.
set -euo pipefail
role=$1 region=$2
token="$RUNNER_TEMP/aws-identity"
umask 077
answer=$(curl --fail --silent --show-error --max-time 30 --retry 3 \
  --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com")
if [[ ! "$answer" =~ \"value\":\ *\"([A-Za-z0-9_.-]+)\" ]]; then
  echo '::error::the forge gives this job no identity'
  exit 1
fi
printf '%s\n' "${BASH_REMATCH[1]}" > "$token"
{
  printf 'AWS_WEB_IDENTITY_TOKEN_FILE=%s\n' "$token"
  printf 'AWS_ROLE_ARN=%s\n' "$role"
  printf 'AWS_REGION=%s\n' "$region"
} >> "$GITHUB_ENV"
