"""Values as JSON keeps them: in the columns that hold documents, and beside one another in the record of changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson


def plain(value: Any) -> Any:
    """A value as JSON keeps it; equal values are written alike: 1200.0000 万元 is "1200", a day is 2021-11-30."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def as_json(value: Any) -> str:
    """A document as PostgreSQL takes it: its values plain, without NUL."""
    text = orjson.dumps(value, default=_plain_or_fail, option=orjson.OPT_NON_STR_KEYS).decode()
    return text.replace("\\u0000", "") if "\\u0000" in text else text


def _plain_or_fail(value: Any) -> str:
    if isinstance(value, Decimal):  # days are written so already
        return str(plain(value))
    raise TypeError(f"no JSON for {type(value).__name__}.")
