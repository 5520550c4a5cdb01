#!/usr/bin/env bash
# Fills a folder with what a release has of one platform: extras/pack-release.sh BINARY FOLDER
set -euo pipefail

binary=${1:?name the binary}
folder=${2:?name the folder}
root=$(dirname "$0")/..

mkdir -p "$folder/completions" "$folder/man"
cp "$binary" "$folder/tim3"
cp "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" "$folder/"

for shell in bash elvish fish powershell zsh; do
  "$binary" completions "$shell" > "$folder/completions/tim3.$shell"
done
"$binary" man > "$folder/man/tim3.1"
for command in check audit claims replay explore review export list lua completions man; do
  "$binary" man "$command" > "$folder/man/tim3-$command.1"
done
