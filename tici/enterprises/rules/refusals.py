"""Every reason why something may not be done to an enterprise, its stays, certificates, clusters and doubles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tici.core.dates import month_words
from tici.core.refusals import Refusal
from tici.enterprises.models import (
    ClusterMembership,
    ClusterPlatform,
    Enterprise,
    LibrarySpell,
    Listing,
    MembershipOrigin,
    Merging,
    Sector,
    TierSpell,
)

from .facts import against_dated, month_of
from .library import library_line
from .tiers import holds


def against_editing(enterprise: Enterprise) -> list[Refusal]:
    """Why nothing may be changed of an enterprise: it was merged into another."""
    if enterprise.merged_into_id is None:
        return []
    message = _("该企业已并入另一企业。请在保留的企业上操作，或先撤销合并。")
    return [Refusal("enterprise.merged", message)]


def against_renaming(enterprise: Enterprise, name: str, *, is_taken: bool) -> list[Refusal]:
    """Every reason why an enterprise may not take a name; ``is_taken``: another without a code has it there."""
    refusals = against_editing(enterprise)
    if not name:
        refusals.append(Refusal("enterprise.no_name", _("企业名称为空。请填写营业执照上的名称。"), "name"))
    elif name == enterprise.name:
        refusals.append(Refusal("enterprise.same_name", _("与现名称相同。请填写变更后的名称。"), "name"))
    if is_taken and not enterprise.uscc:
        message = _("本地另有同名企业，两家都没有代码。请先补填统一社会信用代码，或按重复企业合并。")
        refusals.append(Refusal("enterprise.name_taken", message, "name"))
    return refusals


def against_entering(
    enterprise: Enterprise, sector: str, on: date, spells: Iterable[LibrarySpell], *, until: date | None = None
) -> list[Refusal]:
    """Every reason why an enterprise may not enter a sector of the library from a month on."""
    refusals = against_editing(enterprise)
    month = month_of(on)
    if enterprise.closed_on is not None and enterprise.closed_on <= month:
        message = _("企业已于%(day)s注销或停业。如仍在经营，请先更正该日期。") % {"day": enterprise.closed_on}
        refusals.append(Refusal("enterprise.closed", message, "on"))
    line = library_line(enterprise.industry, month)
    if line is not None and line.sector != sector:
        message = _("按行业代码%(code)s，该企业属“%(own)s”。请改选专业，或先更正行业代码。")
        words = {"code": enterprise.industry, "own": Sector(line.sector).label}
        refusals.append(Refusal("enterprise.other_sector", message % words, "sector"))
    stays = [(one.from_date, one.to_date) for one in spells if one.sector == sector]
    if any(end is None and start <= month for start, end in stays):
        message = _("企业已在库。如曾退库，请先登记退库月份，再登记重新入库。")
        refusals.append(Refusal("enterprise.in_library", message, "on"))
    else:
        refusals += against_dated("spell", month, until, stays)
    return refusals


def against_leaving(spell: LibrarySpell | None, on: date, reason: str) -> list[Refusal]:
    """Every reason why an enterprise may not leave the library from a month on."""
    if spell is None:
        return [Refusal("enterprise.not_in_library", _("企业不在库，无须退库。请核对专业和月份。"), "on")]
    refusals = []
    if month_of(on) <= spell.from_date:
        message = _("退库月份须晚于入库月份（%(month)s）。请核对。") % {"month": month_words(spell.from_date)}
        refusals.append(Refusal("enterprise.left_before_entry", message, "on"))
    if not reason:
        refusals.append(Refusal("enterprise.exit_reason", _("退库须选明原因。"), "reason"))
    return refusals


def against_undoing_stay(spell: LibrarySpell | None, spells: Iterable[LibrarySpell], *, left: bool) -> list[Refusal]:
    """Every reason why the end of a stay (``left``) or the stay itself may not be taken back."""
    if spell is None:
        return [Refusal("spell.gone", _("这段在库期间已撤销，可能是同事刚刚办理。请刷新页面查看。"))]
    if left and spell.to_date is None:
        return [Refusal("spell.open", _("这段在库期间没有退库，或退库已撤销。请刷新页面查看。"))]
    if not left and spell.to_date is not None:
        return [Refusal("spell.left", _("这段在库期间已退库。请先撤销退库，再撤销入库。"))]
    if any(one.sector == spell.sector and one.from_date > spell.from_date for one in spells):
        return [Refusal("spell.later", _("之后又有一段在库期间。请先撤销后一段。"))]
    return []


def against_certifying(
    enterprise: Enterprise, tier: str, on: date, until: date | None, spells: Iterable[TierSpell]
) -> list[Refusal]:
    """Every reason why a certificate may not be entered."""
    refusals = against_editing(enterprise) + against_dated("tier", on, until, ())
    if any(one.tier == tier and one.from_date == on for one in spells):
        message = _("同一层级、同一认定日期的证书已登记。请核对认定日期。")
        refusals.append(Refusal("enterprise.same_certificate", message, "on"))
    return refusals


def against_listing(enterprise: Enterprise, board: str, on: date, listings: Iterable[Listing]) -> list[Refusal]:
    """Every reason why a listing may not be entered."""
    refusals = against_editing(enterprise)
    if any(one.board == board and (one.from_date == on or holds(one.from_date, one.to_date, on)) for one in listings):
        message = _("该板块的上市挂牌已登记。如已退市摘牌，请先登记退市摘牌日期。")
        refusals.append(Refusal("enterprise.listed", message, "board"))
    return refusals


def against_delisting(listing: Listing, on: date) -> list[Refusal]:
    """Every reason why a listing may not end on a day."""
    if listing.to_date is not None:
        return [Refusal("enterprise.delisted", _("该上市挂牌已登记退市摘牌。"), "on")]
    if on <= listing.from_date:
        return [Refusal("enterprise.delisted_before", _("退市摘牌日期须晚于上市挂牌日期。请核对。"), "on")]
    return []


def against_putting_in(enterprise: Enterprise, held: ClusterMembership | None, reason: str) -> list[Refusal]:
    """Every reason why an enterprise may not be put into a cluster by hand."""
    refusals = against_editing(enterprise) + _against_no_reason(reason)
    if held is not None and held.origin != MembershipOrigin.LEFT_OUT:
        refusals.append(Refusal("cluster.member", _("企业已在该集群中，无须再列入。")))
    return refusals


def against_leaving_out(held: ClusterMembership | None, reason: str) -> list[Refusal]:
    """Every reason why an enterprise may not be left out of a cluster by hand."""
    refusals = _against_no_reason(reason)
    if held is None or held.origin == MembershipOrigin.LEFT_OUT:
        refusals.append(Refusal("cluster.no_member", _("企业不在该集群中，无须剔除。")))
    return refusals


def _against_no_reason(reason: str) -> list[Refusal]:
    if reason.strip():
        return []
    return [Refusal("cluster.reason", _("人工调整集群成员须写明理由。"), "reason")]


def against_opening(name: str, on: date, platforms: Iterable[ClusterPlatform]) -> list[Refusal]:
    """Every reason why a platform may not be entered; ``platforms``: the cluster's of the same kind."""
    if not name:
        return [Refusal("platform.name", _("平台名称为空。请填写平台全称。"), "name")]
    if any(one.name == name and holds(one.from_date, one.to_date, on) for one in platforms):
        return [Refusal("platform.open", _("同名平台已登记且仍在用。如已停用，请先登记停用日期。"), "name")]
    return []


def against_closing(platform: ClusterPlatform, on: date) -> list[Refusal]:
    """Every reason why a platform may not close on a day."""
    if platform.to_date is not None:
        return [Refusal("platform.closed", _("平台已停用。"), "on")]
    if on <= platform.from_date:
        return [Refusal("platform.closed_before", _("停用日期须晚于启用日期。请核对。"), "on")]
    return []


def against_merging(kept: Enterprise, gone: Enterprise, reason: str) -> list[Refusal]:
    """Every reason why one entry may not be merged into another."""
    if kept.pk == gone.pk:
        return [Refusal("merging.same", _("企业不能并入自身。请选择另一家。"), "gone")]
    refusals = []
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        refusals.append(Refusal("merging.merged", _("其中一家已并入别的企业。请先撤销那次合并。")))
    if kept.uscc and gone.uscc and kept.uscc != gone.uscc:
        message = _("两家的统一社会信用代码不同，是两个法人，不能合并。代码填错的，请先更正。")
        refusals.append(Refusal("merging.two_codes", message))
    if gone.uscc and not kept.uscc:
        refusals.append(Refusal("merging.code", _("有统一社会信用代码的一家须保留。请对调后再合并。"), "kept"))
    if not reason.strip():
        refusals.append(Refusal("merging.reason", _("合并须写明依据。"), "reason"))
    return refusals


def against_undoing(merging: Merging, kept: Enterprise) -> list[Refusal]:
    """Every reason why a merging may not be undone."""
    if merging.undone_at is not None:
        return [Refusal("merging.undone", _("这次合并已撤销。"))]
    if kept.merged_into_id is not None:
        message = _("保留的企业后来又并入了另一家。请先撤销后一次合并。")
        return [Refusal("merging.later", message)]
    return []


def against_telling_apart(left: Enterprise, right: Enterprise, reason: str) -> list[Refusal]:
    """Every reason why two entries may not be said to be two enterprises."""
    if left.pk == right.pk:
        return [Refusal("apart.same", _("须选择两家不同的企业。"), "right")]
    if not reason.strip():
        return [Refusal("apart.reason", _("须写明判定为两家企业的依据。"), "reason")]
    return []
