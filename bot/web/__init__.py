"""The web server: the channels' pages and webhooks, health, and metrics."""
