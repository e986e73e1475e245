#!/usr/bin/env bash
# publish-views.sh <role ARN> <region> <state>: builds and publishes each view that registry.yaml names, as the signer signed it
# last. A view that fails keeps no other from being published; at the end the script fails, and says which did.
set -euo pipefail
role=$1 region=$2 state=$3

# An identity is believed for five minutes, and every command shows it again.
identity() {
  bash "$(dirname "$0")/aws-identity.sh" "$role" "$region"
}

# A view that hangs leaves time for the others.
registry() {
  timeout --kill-after=30s 15m npx registry "$@"
}

# The first command that fails ends it: bash does not see to that where it is asked whether the function worked.
publish_view() {
  local groups=$1 to=$2 url=$3 audience=() group
  for group in ${groups//,/ }; do audience+=(--audience "$group"); done
  identity &&
    registry build --state "$state" "${audience[@]}" --url "$url" &&
    registry publish "${audience[@]}" --to "$to"
}

identity
views=$(registry views --state "$state")
mapfile -t lines <<<"$views"
failed=()
for line in "${lines[@]}"; do
  read -r groups to url <<<"$line"
  if [ -z "$groups" ]; then continue; fi
  echo "::group::the view for $groups"
  publish_view "$groups" "$to" "$url" || failed+=("$groups")
  echo '::endgroup::'
done
for groups in "${failed[@]}"; do
  echo "::error::the view for $groups was not published: the lines above say why. Hosts refuse it when its timestamp has ended"
done
[ "${#failed[@]}" -eq 0 ]
