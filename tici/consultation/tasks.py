"""What the background does with what came in: one step after another, each safe to run again."""

from __future__ import annotations

import logging

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from . import actions
from .actions.intake import TAKE_UP
from .models import Held, Item

log = logging.getLogger(__name__)
MACHINE = "机器"


@app.task(name=TAKE_UP)
def take_up(item_id: int) -> None:
    """Carry one item on as far as it goes without a person; whatever goes wrong sets it aside with its reason."""
    item = Item.objects.select_related("notice").filter(pk=item_id).first()
    if item is None:
        return
    try:
        submission = actions.register_item(item=item, by=MACHINE, at=timezone.now())
        if submission is None or item.held != Held.NOTHING:
            return
    except Exception:
        log.exception("item %s", item_id)
        reason = _("处理中断，已记入日志。原始件没有丢失，请稍后重新处理。")
        actions.quarantine_item(item=item, reason=reason, by=MACHINE, at=timezone.now())
