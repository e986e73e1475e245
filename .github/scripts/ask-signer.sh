#!/usr/bin/env bash
# ask-signer.sh <function> [<commit>]: asks a function of the signer, and shows what it answers. It takes a commit id or
# nothing, and finds out everything else itself.
set -euo pipefail
function=$1 commit=${2:-}
if [[ -n "$commit" && ! "$commit" =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]]; then
  echo "::error::$commit is no commit id"
  exit 1
fi
payload='{}'
if [ -n "$commit" ]; then payload="{\"commit\":\"$commit\"}"; fi
answer="$RUNNER_TEMP/$function.json"
# A function may take a quarter of an hour, and asking it twice would only make the second one wait.
export AWS_MAX_ATTEMPTS=1
failed=$(aws lambda invoke --function-name "$function" --cli-binary-format raw-in-base64-out --cli-read-timeout 920 \
  --payload "$payload" --query FunctionError --output text "$answer")
# The answer quotes manifests, whose text is no command for the runner.
stop=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$stop"
head -c 20000 "$answer"
echo
echo "::$stop::"
# The call succeeds where the function fails.
if [ "$failed" != None ]; then
  echo "::error::$function refused or failed: its answer is above, and its log says more"
  exit 1
fi
node "$(dirname "$0")/show-problems.js" "$answer"
