"""When a credit code may stand for an enterprise."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as credit_codes

from tici.core.refusals import Refusal

NAME_LENGTH = 160


@lru_cache(maxsize=100_000)
def is_credit_code(code: str) -> bool:
    """Whether a code is a unified social credit code with its check digit (GB 32100-2015)."""
    return bool(credit_codes.is_valid(code))


def against_credit_code(code: str) -> list[Refusal]:
    """Why a code cannot be a unified social credit code; nothing given is no fault."""
    if not code or is_credit_code(code):
        return []
    message = _("统一社会信用代码应为18位且校验位相符。请按营业执照核对；没有代码可不填。")
    return [Refusal("enterprise.uscc", message, "owner_uscc")]
