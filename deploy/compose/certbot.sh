#!/bin/sh
# Gets the certificate for DOMAIN and renews it in time, for ever. nginx serves the challenge from the same volume.
set -u

publish() {
    from=/tls/letsencrypt/live/$DOMAIN
    # nginx must never find a key beside another's certificate: both are put there whole, the key first.
    cp "$from/privkey.pem" /tls/public/server.key.new && chmod 600 /tls/public/server.key.new &&
        cp "$from/fullchain.pem" /tls/public/server.crt.new &&
        mv /tls/public/server.key.new /tls/public/server.key && mv /tls/public/server.crt.new /tls/public/server.crt
}

while :; do
    # Swarm starts in no order: "certs", whose image gives the volume its rights, and nginx may not have been there yet.
    if mkdir -p /tls/acme /tls/letsencrypt /tls/public && certbot certonly --webroot --webroot-path /tls/acme --domain "$DOMAIN" --email "$ACME_EMAIL" --server "$ACME_SERVER" \
        --agree-tos --non-interactive --keep-until-expiring \
        --config-dir /tls/letsencrypt --work-dir /tmp/certbot --logs-dir /tmp/certbot-logs; then
        publish
        sleep 43200
    else
        # Let's Encrypt bears five failures of a name in an hour.
        sleep 900
    fi
done
