"""A notice as paper."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import segno

from tici.consultation.models import ChannelOffer
from tici.consultation.queries.notices import Told
from tici.core.typesetting import pdf

HERE = Path(__file__).parent


def notice_pdf(told: Told, url: str) -> bytes:
    """The notice on A4 with a code that opens its page."""
    notice = told.notice
    period = f"{_day(notice.opens_on)}至{_day(notice.closes_on)}，共{notice.days}天。"
    if notice.period_shortened_reason:
        period += f"期限不足30日的原因：{notice.period_shortened_reason}"
    sections = [
        {"heading": "征求意见时间", "lines": [period]},
        {"heading": "征求意见内容", "lines": [f"{at}. {one.label}" for at, one in enumerate(told.questions, 1)]},
        {"heading": "反馈渠道", "lines": [_channel(one) for one in told.offers]},
    ]
    content = {
        "title": notice.title,
        "paragraphs": [line.strip() for line in notice.text.splitlines() if line.strip()],
        "sections": sections,
        "office": notice.office,
        "issued": _day(notice.issued_at) if notice.issued_at else "",
        "code": svg_code(url) if url else "",
        "code_words": "扫码查看公告、网上提意见",
    }
    return pdf(HERE / "notice.typ", content)


def svg_code(text: str) -> str:
    """A code for a page, as a picture."""
    out = io.BytesIO()
    write = segno.make(text, error="m", micro=False).save
    write(out, kind="svg", scale=4, border=1)
    return out.getvalue().decode()


def _channel(offer: ChannelOffer) -> str:
    label, address = offer.get_channel_display(), offer.address
    words = f"{label}：{address}" if address else f"{label}"
    return f"{words}（请注明“{offer.remark}”）" if offer.remark else words


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
