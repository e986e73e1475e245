#!/usr/bin/env bash
# rescan-issues.sh <folder> <count>: one open issue for each <server>.md of the folder, which must hold <count> of them
# and nothing else. Opens what is missing, updates what differs, closes what has no file. An issue is found by the label,
# which only people who may triage can give, and by its exact title.
set -euo pipefail
export LC_ALL=C
folder="$1"
count="$2"
label=advisories
title='Advisories for '
# GitHub takes 65,536 characters.
max_bytes=60000
max_servers=10000
# GitHub slows down whoever writes much more; the rest is opened the next day.
max_opened=50

refuse() {
  echo "::error::$1"
  exit 1
}

# All files before the first call: nothing is half done because of the last one.
names=()
while IFS= read -r -d '' entry; do
  file="${entry#* }"
  [[ "$entry" =~ ^f\ [a-z0-9]+(-[a-z0-9]+)*\.md$ && "${#file}" -le 67 ]] || refuse 'the folder must hold files named <server>.md alone'
  bytes="$(stat --format=%s "$folder/$file")"
  [ "$bytes" -le "$max_bytes" ] || refuse "$file has $bytes bytes, and may have $max_bytes"
  names+=("${file%.md}")
done < <(find "$folder" -mindepth 1 -printf '%y %P\0' | sort -z)
[ "${#names[@]}" -eq "$count" ] || refuse "the folder holds ${#names[@]} files, and the scan wrote $count"
[ "$count" -le "$max_servers" ] || refuse "$count servers have advisories, and $max_servers issues can be kept"

declare -A numbers=()
listed="$(gh issue list --label "$label" --state open --limit "$max_servers" \
  --json number,title --jq '.[] | "\(.number) \(.title)"')"
while read -r number text; do
  name="${text#"$title"}"
  if [ "$title$name" = "$text" ] && [[ "$name" =~ ^[a-z0-9]+(-[a-z0-9]+)*$ ]]; then numbers["$name"]="$number"; fi
done <<<"$listed"

opened=0
for name in "${names[@]}"; do
  file="$folder/$name.md"
  number="${numbers["$name"]:-}"
  unset "numbers[$name]"
  if [ -n "$number" ]; then
    if [ "$(gh issue view "$number" --json body --jq .body | tr -d '\r')" != "$(cat "$file")" ]; then
      gh issue edit "$number" --body-file "$file"
    fi
  elif [ "$opened" -lt "$max_opened" ]; then
    if [ "$opened" -eq 0 ]; then
      gh label create "$label" --force --color B60205 --description 'Known vulnerabilities in what a server loads'
    fi
    gh issue create --label "$label" --title "$title$name" --body-file "$file"
    opened=$((opened + 1))
  else
    echo "::warning::$max_opened issues were opened; the one for $name follows with the next scan"
  fi
done

for name in "${!numbers[@]}"; do
  gh issue close "${numbers["$name"]}" --reason completed --comment 'The last scan has nothing open for it any more.'
done
