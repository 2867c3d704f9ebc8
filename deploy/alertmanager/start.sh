#!/bin/sh
# Alertmanager reads no environment, so its configuration is filled in from ours before it starts. A channel that is not
# configured is left out; with neither of them alerts are seen in Alertmanager and Grafana alone.
#   ALERT_ENVIRONMENT      what stands before every alert: staging, production
#   ALERT_RUNBOOKS         what stands before "docs/operations.md#…" so that it can be clicked: https://git.example.edu/cafeteria/blob/main/
#   ALERT_SLACK_CHANNEL    and the file $ALERT_SECRETS/alert_slack_url: Slack
#   ALERT_EMAIL_TO         and ALERT_SMTP_HOST (host:port): mail. ALERT_EMAIL_FROM, ALERT_SMTP_USER, ALERT_SMTP_TLS (true),
#                          and the file $ALERT_SECRETS/alert_smtp_password when there is a user
# Further arguments go to Alertmanager; ALERT_CHECK_ONLY prints the configuration instead.
set -eu
here=$(dirname "$0")
secrets=${ALERT_SECRETS:-/run/secrets}
made=${ALERT_CONFIG:-/tmp/alertmanager.yml}
slack=$secrets/alert_slack_url
password=$secrets/alert_smtp_password

# In YAML's single quotes, and in sed's replacement.
value() { printf '%s' "$1" | sed -e "s/'/''/g" -e 's/[\\&|]/\\&/g'; }

leave_out=
if [ -z "${ALERT_SLACK_CHANNEL:-}" ] || [ ! -s "$slack" ]; then leave_out="$leave_out -e /#slack\$/d"; fi
if [ -z "${ALERT_EMAIL_TO:-}" ] || [ -z "${ALERT_SMTP_HOST:-}" ]; then leave_out="$leave_out -e /#mail\$/d -e /#user\$/d"; fi
if [ -z "${ALERT_SMTP_USER:-}" ] || [ ! -s "$password" ]; then leave_out="$leave_out -e /#user\$/d"; fi

# shellcheck disable=SC2086
sed $leave_out \
    -e "s|@ENVIRONMENT@|$(value "${ALERT_ENVIRONMENT:-local}")|g" \
    -e "s|@RUNBOOKS@|$(value "${ALERT_RUNBOOKS:-}")|g" \
    -e "s|@SLACK_URL_FILE@|$(value "$slack")|g" \
    -e "s|@SLACK_CHANNEL@|$(value "${ALERT_SLACK_CHANNEL:-}")|g" \
    -e "s|@EMAIL_TO@|$(value "${ALERT_EMAIL_TO:-}")|g" \
    -e "s|@EMAIL_FROM@|$(value "${ALERT_EMAIL_FROM:-cafeteria@localhost}")|g" \
    -e "s|@SMTP_HOST@|$(value "${ALERT_SMTP_HOST:-}")|g" \
    -e "s|@SMTP_USER@|$(value "${ALERT_SMTP_USER:-}")|g" \
    -e "s|@SMTP_PASSWORD_FILE@|$(value "$password")|g" \
    -e "s|@SMTP_TLS@|$([ "${ALERT_SMTP_TLS:-true}" = false ] && echo false || echo true)|g" \
    "$here/alertmanager.yml" >"$made"

if [ -n "${ALERT_CHECK_ONLY:-}" ]; then
    cat "$made"
    exit 0
fi
exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$made" --storage.path="${ALERT_STORAGE:-/alertmanager}" \
    --web.external-url="${ALERT_EXTERNAL_URL:-http://localhost:9093}" --cluster.listen-address= "$@"
