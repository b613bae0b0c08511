"""What queries run on."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
Source: TypeAlias = asyncpg.Pool | asyncpg.Connection
