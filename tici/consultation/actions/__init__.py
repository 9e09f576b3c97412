"""Every write of consultations: notices, what comes in, what is read, decided, answered, published and erased."""

from .intake import (
    Receipt,
    Sender,
    acknowledge_mail,
    note_mailbox,
    quarantine_item,
    receive_opinion,
    release_items,
    retry_item,
)
from .notices import NoticeParts, issue_notice, write_notice
from .registering import register_item
from .takeback import take_back

__all__ = [
    "NoticeParts",
    "Receipt",
    "Sender",
    "acknowledge_mail",
    "issue_notice",
    "note_mailbox",
    "quarantine_item",
    "receive_opinion",
    "register_item",
    "release_items",
    "retry_item",
    "take_back",
    "write_notice",
]
