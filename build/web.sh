#!/usr/bin/env bash
# Builds the web app into src/Web/dist, if its sources are newer than the last build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../src/Web"

newer_than() { [[ ! -e $1 ]] || [[ -n $(find . \( -name node_modules -o -name dist -o -name dev-dist \) -prune -o -type f -newer "$1" -print -quit) ]]; }

if [[ ! -e node_modules/.installed ]] || [[ package-lock.json -nt node_modules/.installed ]]; then
    # Not npm ci: it insists on lock entries for every platform's binaries, and a registry that has only some of them
    # leaves holes in the lock. What is locked is installed as locked, checked by its hash.
    npm install --no-save --no-audit --no-fund --loglevel=error
    touch node_modules/.installed
fi
if newer_than dist/index.html; then
    npm run --silent build
    touch dist/index.html
fi
