"""The edge: HTTP, webhooks, command line, settings, wiring."""
