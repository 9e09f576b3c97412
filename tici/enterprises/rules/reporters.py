"""Every reason why a person may not be named to report for a firm."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person, Role
from tici.core.refusals import Refusal
from tici.enterprises.models import Enterprise, FirmReporter

from .refusals import against_editing


def against_naming_reporter(enterprise: Enterprise, person: Person | None, held: FirmReporter | None) -> list[Refusal]:
    """Every reason why a person may not file a firm's reports; ``held``: the firm the person is named for already."""
    refusals = against_editing(enterprise)
    if person is None:
        message = _("没有这个在用的账号。请核对用户名，或请系统管理员开通。")
        return [*refusals, Refusal("reporter.unknown", message, "username")]
    if person.role != Role.FIRM_REPORTER:
        message = _("这个账号的角色不是企业填报员。请先由安全管理员授予该角色。")
        return [*refusals, Refusal("reporter.role", message, "username")]
    if held is not None and held.enterprise_id == enterprise.pk:
        return [*refusals, Refusal("reporter.named", _("这个账号已是本企业的填报账号。"), "username")]
    if held is not None:
        message = _("这个账号已是另一家企业的填报账号。一个账号只填一家企业，请另开账号，或先在那家企业解除。")
        return [*refusals, Refusal("reporter.other_firm", message, "username")]
    return refusals
