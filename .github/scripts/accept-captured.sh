#!/usr/bin/env bash
# accept-captured.sh <folder> <sha256>: whether the folder holds captured.json and nothing else, a plain file of bounded
# size with the digest that the capturing job gave. Any job of a run can upload under any name; none can speak for another.
set -euo pipefail
folder="$1"
sha256="$2"
# As maxCapturedFileBytes in core/limits.ts.
max_bytes=$((64 * 1024 * 1024))

refuse() {
  echo "::error::$1"
  exit 1
}

# It comes from a job that runs servers, and is printed below.
[[ "$sha256" =~ ^[0-9a-f]{64}$ ]] || refuse 'the job that captured gave no SHA-256'
content="$(find "$folder" -mindepth 1 -printf '%y %P\n' | head -n 2)"
[ "$content" = 'f captured.json' ] || refuse 'what was captured must be one plain file, captured.json'
bytes="$(stat --format=%s "$folder/captured.json")"
[ "$bytes" -le "$max_bytes" ] || refuse "captured.json has $bytes bytes, and may have $max_bytes"
found="$(sha256sum "$folder/captured.json")"
[ "${found%% *}" = "$sha256" ] || refuse "captured.json has the SHA-256 ${found%% *}, not $sha256"
