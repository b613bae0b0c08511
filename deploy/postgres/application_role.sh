#!/bin/bash
# Runs once, when the database is made: the role of the service, which has no rights but those migrations grant.
set -euo pipefail
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE incumbent_app LOGIN PASSWORD :'password';
SQL
