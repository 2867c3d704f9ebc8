#!/usr/bin/env bash
# Photographs every screen of every face, in both sizes and themes and in both languages, the kitchen's on a tablet as
# well, into artifacts/screenshots.
# Each is read by axe on the way, so it fails where a screen cannot be used by everybody.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build/prerequisites.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need_dotnet
need_node
need_postgres
need_chromium

build/web.sh
dotnet build tests/EndToEnd.Tests -c Release --nologo -v quiet -clp:ErrorsOnly
rm -rf artifacts/screenshots
PICTURES=all dotnet test tests/EndToEnd.Tests -c Release --no-build --nologo --filter "FullyQualifiedName~is_accessible_and_fits|FullyQualifiedName~are_accessible_and_fit|FullyQualifiedName~A_tablet_|FullyQualifiedName~banner_red"
echo "$(find artifacts/screenshots -name '*.png' | wc -l) pictures in artifacts/screenshots"
