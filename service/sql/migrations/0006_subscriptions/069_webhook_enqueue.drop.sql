DROP FUNCTION webhook_enqueue;
