"""Where a mail's own words end: what it quotes, and its signature. Both are only pointed at, never cut away."""

from __future__ import annotations

import re

_RULE = r"[-_—－=*]{3,}"
_QUOTE = re.compile(
    rf"""^[ \t>|]*(?:
      {_RULE}\s*(?:原始邮件|原始郵件|原邮件|回复的原邮件|转发邮件信息|转发的邮件|已转发邮件|Original\s+Message|Original|
        Forwarded\s+message|转发邮件|Replied\s+Message|轉寄郵件)\s*(?:{_RULE})?
    | (?:在|于)\s*.{{4,120}}?(?:写道|寫道|来信|发来的邮件中?说?)\s*[：:]
    | \d{{4}}[年/-]\d{{1,2}}[月/-]\d{{1,2}}日?.{{0,100}}?(?:写道|寫道)\s*[：:]
    | .{{2,100}}?(?:于|在)\s*\d{{4}}[年/-]\d{{1,2}}[月/-]\d{{1,2}}.{{0,60}}?(?:写道|寫道)\s*[：:]
    | On\s.{{6,160}}?\swrote\s*[：:]
    | (?:\*|【|\[)?(?:发件人|寄件者|寄件人|From)(?:\*|】|\])?\s*[：:].{{0,160}}\n+[ \t>|]*
        (?:\*|【|\[)?(?:发送时间|发送日期|发件时间|日期|时间|收件人|主题|抄送|Sent|Date|To|Subject|寄件日期|寄件時間)(?:\*|】|\])?\s*[：:]
    )""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"""^[ \t]*(?:
      --[ \t]*$
    | (?:发自|從我的|从我的|來自|来自|通过|由|从).{0,24}(?:iPhone|iPad|iOS|安卓|Android|手机|手機|邮箱|郵箱
        |客户端|邮件|平板|Outlook|Mail)[^。，\n]{0,16}$
    | Sent\s+from\s+(?:my\s)?.{2,40}$
    | Get\s+Outlook\s+for.{2,20}$
    | 获取\s*Outlook.{2,20}$
    )""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
#: A signature stands near the end; further up the same words are part of what is said.
_SIGNATURE_LINES = 12


def quoted_from(text: str) -> int | None:
    """Return the offset at which a text begins to quote another mail.

    A text that is nothing but a forwarded mail quotes nothing: what was forwarded is what it says.
    """
    said = _QUOTE.search(text)
    begin = min(said.start() if said else len(text), _last_arrows(text))
    return begin if begin < len(text) and text[:begin].strip(" \t\r\n>") else None


def _last_arrows(text: str) -> int:
    """Where the lines with arrows at the end of a text begin; its length if it does not end so."""
    at = begin = len(text)
    for line in reversed(text.splitlines(keepends=True)):
        at -= len(line)
        if line.strip():
            if line.lstrip()[0] not in ">＞":
                break
            begin = at
    return begin


def signature_from(text: str, end: int | None = None) -> int | None:
    """Return the offset at which the signature before `end` begins."""
    own = text[:end].rstrip()
    begin = len(own)
    for _ in range(_SIGNATURE_LINES):
        begin = max(0, own.rfind("\n", 0, begin))
    found = next((at for at in _SIGNATURE.finditer(own, begin) if own[: at.start()].strip()), None)
    return found.start() if found else None
