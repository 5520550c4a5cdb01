#!/usr/bin/env bash
# Installs what the tests need and is missing, and runs all of them.
set -euo pipefail
cd "$(dirname "$0")"

# Debian's packages for the tests of the page; a Rust toolchain and a C compiler are there.
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  echo "== install: ${missing[*]}"
  command -v apt-get >/dev/null || {
    echo "test.sh: please install ${missing[*]}: the tests of the page need them, and there is no apt-get here" >&2
    exit 1
  }
  as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

echo "== tests in Rust"
cargo test --workspace --locked --profile tests
# What the tests in JavaScript start.
export TIM3="$PWD/target/tests/tim3"

for suite in explorer/tests/*/package.json checker/tests/*/package.json; do
  suite=$(dirname "$suite")
  echo "== $suite"
  npm ci --prefix "$suite" --no-fund --no-audit --silent
  npm test --prefix "$suite" --silent
done
