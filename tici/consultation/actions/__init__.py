"""Every write of consultations: notices, what comes in, what is read, decided, answered, published and erased."""

from tici.consultation.rules.readings import ReadPage, ReadPoint, Said

from .accepting import accept_sure, switch_acceptance, undo_acceptance
from .answering import claim_answer, note_answer, post_printed, print_answers, write_answer
from .deciding import decide_group, tie_matter, undo_decision
from .erasing import erase_due, reveal_sender
from .grouping import group_points, move_point
from .intake import (
    TOO_LARGE,
    Receipt,
    Sender,
    acknowledge_mail,
    digest_of,
    hold_item,
    note_mailbox,
    quarantine_item,
    receipt_of,
    receive_opinion,
    release_items,
    resume_pages,
    retry_item,
)
from .notices import NoticeParts, issue_notice, write_notice
from .publishing import confirm_masked, propose_publication, publish, withdraw_publication
from .reading import (
    confirm_submission,
    gather_text,
    note_part,
    note_reading,
    read_again,
    settle_typing,
    transcribe,
    undo_confirmation,
    waive_second_typings,
)
from .registering import register_item, set_postmark
from .takeback import take_back

__all__ = [
    "TOO_LARGE",
    "NoticeParts",
    "ReadPage",
    "ReadPoint",
    "Receipt",
    "Said",
    "Sender",
    "accept_sure",
    "acknowledge_mail",
    "claim_answer",
    "confirm_masked",
    "confirm_submission",
    "decide_group",
    "digest_of",
    "erase_due",
    "gather_text",
    "group_points",
    "hold_item",
    "issue_notice",
    "move_point",
    "note_answer",
    "note_mailbox",
    "note_part",
    "note_reading",
    "post_printed",
    "print_answers",
    "propose_publication",
    "publish",
    "quarantine_item",
    "read_again",
    "receipt_of",
    "receive_opinion",
    "register_item",
    "release_items",
    "resume_pages",
    "retry_item",
    "reveal_sender",
    "set_postmark",
    "settle_typing",
    "switch_acceptance",
    "take_back",
    "tie_matter",
    "transcribe",
    "undo_acceptance",
    "undo_confirmation",
    "undo_decision",
    "waive_second_typings",
    "withdraw_publication",
    "write_answer",
    "write_notice",
]
