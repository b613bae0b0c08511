"""Postgres and Valkey as child processes on loopback, for a machine that has neither."""

from service.embedded.errors import EmbeddedError
from service.embedded.servers import Addresses, Servers, running, start

__all__ = ["Addresses", "EmbeddedError", "Servers", "running", "start"]
