#!/bin/sh
# Installs what the browser tests need beside Python: a Chromium. Does nothing where one is found.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if found=$(command -v "$name"); then
    echo "browser: $found"
    exit 0
  fi
done

if ! command -v apt-get >/dev/null; then
  echo "browser: none found, and no apt-get to install one. Install Chromium, then try again." >&2
  exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
fi

echo "browser: none found, installing Debian's chromium"
$as_root apt-get update
$as_root apt-get install -y --no-install-recommends chromium
echo "browser: $(command -v chromium)"
