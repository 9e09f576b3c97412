"""By which way something comes in, and is answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The way an opinion comes in (渠道)."""

    WEB = "web", _("网页")
    MAIL = "mail", _("电子邮件")
    FAX = "fax", _("传真")
    LETTER = "letter", _("信函")
    COUNTER = "counter", _("当面")
    HOTLINE = "hotline", _("热线电话")


ON_PAPER = (Channel.LETTER, Channel.FAX, Channel.COUNTER, Channel.HOTLINE)  # answered by a printed letter
