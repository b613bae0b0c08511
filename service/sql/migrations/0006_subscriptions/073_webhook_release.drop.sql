DROP FUNCTION webhook_release;
