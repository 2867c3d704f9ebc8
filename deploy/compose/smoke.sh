#!/usr/bin/env bash
# A student signs in, orders, and sees the order again. For a stack with the first data's accounts (Development).
#   smoke.sh https://localhost
set -euo pipefail
at=${1:?the address of the stack}/api/v1

call() { curl --silent --show-error --fail-with-body --insecure --retry 5 --retry-all-errors --max-time 20 -H 'Content-Type: application/json' "$@"; }

curl --silent --fail --insecure --retry 30 --retry-all-errors --retry-delay 2 "${1}/readyz" >/dev/null
token=$(call "$at/auth/login" -d '{"login":"student1","password":"password123"}' | jq -er .accessToken)
key=$(date +%s%N)
order=$(call "$at/orders" -H "Authorization: Bearer $token" -H "Idempotency-Key: $key" -d '{"lines":[{"itemId":"water","quantity":1}]}')
id=$(jq -er .id <<<"$order")
again=$(call "$at/orders" -H "Authorization: Bearer $token" -H "Idempotency-Key: $key" -d '{"lines":[{"itemId":"water","quantity":1}]}' | jq -er .id)
[[ $again == "$id" ]] || { echo "The same key made another order: $id, $again" >&2; exit 1; }
call "$at/orders/$id" -H "Authorization: Bearer $token" | jq -e '.status != "rejected"' >/dev/null
echo "Order $(jq -r .number <<<"$order") was taken."
