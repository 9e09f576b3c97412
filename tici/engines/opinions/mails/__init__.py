"""Mails as Chinese mailboxes send them, decoded from their bytes by our own hand; nothing here raises.

What others use::

    from tici.engines.opinions import mails

    mail = mails.read(raw)
    mail.kind  # "opinion", or "auto_reply", "bounce", "list", which nobody answers
    mail.own_words  # the text without what it quotes and without its signature

The parser is our own because exact bytes of attachments and of nested mails are kept, and because the standard one
decodes three in nine of the mails that test it here.
"""

from tici.engines.opinions.mails.reading import Attachment, Mail, read

__all__ = ["Attachment", "Mail", "read"]
