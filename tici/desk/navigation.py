"""The areas of the product in the top bar and their pages in the left menu, as far as a person's role opens them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tici.accounts.models import Person
from tici.accounts.permissions import Permission, holds
from tici.consultation.models import Notice

Lazy = Any  # a lazily translated label


@dataclass(frozen=True)
class Page:
    """One page of the menu: its label, its URL name, and what opens it."""

    label: Lazy
    name: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()  # URL names that belong to this page


@dataclass(frozen=True)
class Area:
    """One area of the top bar with its pages."""

    label: Lazy
    pages: tuple[Page, ...]


PEOPLE = ("accounts:person", "accounts:person_new", "accounts:grant", "accounts:reset")

PROJECT_FORMS = tuple(f"projects:{name}" for name in ("new", "edit", "approvals", "move", "cancel", "revive"))

ENTERPRISE_FORMS = tuple(
    f"enterprises:{name}"
    for name in (
        "new",
        "edit",
        "year",
        "rename",
        "enter",
        "leave",
        "undo_entering",
        "undo_leaving",
        "name_reporter",
        "certify",
        "listing",
        "delist",
        "put_in",
        "leave_out",
    )
)
POOL_PAGES = tuple(
    f"enterprises:{name}"
    for name in (
        "candidacy", "step_candidacy", "charge_candidacy", "candidacy_months", "pool_risks", "pool_net",
        "pool_circular", "pool_windows",
    )
)  # fmt: skip
CLUSTER_PAGES = ("enterprises:cluster", "enterprises:open_platform", "enterprises:close_platform")
LIST_PAGES = tuple(
    f"enterprises:{name}" for name in ("office_list", "office_list_new", "office_list_remove", "listed_firm")
)

# Pages that a deed answers with, when it is refused, stand where its own page does.
MONTH_PAGES = tuple(
    f"returns:{name}"
    for name in (
        "filing", "sheet", "file", "compare", "answer", "entries", "open", "send_back", "accept", "lock", "unlock",
    )
)  # fmt: skip
WORKBOOK_PAGES = ("workbook", "file_workbook", "settle_workbook", "withdraw_workbook", "undo_workbook")
OWN_REPORT_PAGES = tuple(
    f"returns:{name}"
    for name in (
        "report", "report_compare", "own_sheet", "own_file", "own_workbooks", *WORKBOOK_PAGES, "report_finding",
        "answer_question",
    )
)  # fmt: skip
REPORT_PAGES = tuple(
    f"returns:{name}"
    for name in (
        "own_sheet", "own_file", "own_workbooks",
        "form_month", "open_form_month", "reports", "report", "report_compare", "report_sheet", "file_report_sheet",
        "report_send_back", "report_accept", "report_lock", "report_unlock", "report_ask", "report_finding",
        "answer_question", "close_question", "review_many", "workbooks", *WORKBOOK_PAGES, "seal",
    )
)  # fmt: skip
FORM_PAGES = tuple(
    f"returns:{name}"
    for name in (
        "form", "form_edit", "form_units", "form_copy", "form_columns", "indicators", "indicator", "indicator_new",
        "indicator_edit",
    )
)  # fmt: skip
DUTY_FORMS = ("duties:assign", "duties:end", "duties:visit")
CONSULTATION_PAGES = tuple(
    f"consultation:{name}"
    for name in (
        "work", "new", "edit", "intake", "read", "acceptance", "transcribe", "groups", "decide", "masked", "answers",
        "publication", "aside",
    )
)  # fmt: skip
DROP_PAGES = ("desk:drop", "desk:dropped_file", "desk:file_columns", "desk:likely_names", "desk:cell")

LINE_PAGES = tuple(
    f"buslines:{name}" for name in ("school", "bell", "new_plan", "planning", "plan", "compare", "edit_line")
)

AREAS = (
    Area(
        _("工作台"),
        (
            Page(_("今日"), "desk:today"),
            Page(_("全市一屏"), "desk:city", Permission.MEASURE_VIEW, ("desk:measure", "desk:place")),
            Page(
                _("目标"),
                "targets:targets",
                Permission.TARGET_VIEW,
                ("targets:published", "targets:target", "targets:new"),
            ),
            Page(_("我的任务"), "desk:jobs", also=("desk:job",)),
        ),
    ),
    Area(
        _("项目"),
        (
            Page(_("项目台账"), "projects:register", Permission.PROJECT_VIEW, ("desk:project", *PROJECT_FORMS)),
            Page(_("梯次看板"), "projects:board", Permission.PROJECT_VIEW),
            Page(_("责任包联"), "duties:register", Permission.DUTY_VIEW, DUTY_FORMS),
            Page(_("包联全覆盖"), "duties:coverage", Permission.DUTY_VIEW),
            Page(_("领导包联表"), "duties:posts", Permission.DUTY_VIEW, ("duties:post",)),
        ),
    ),
    Area(
        _("企业"),
        (
            Page(
                _("企业台账"),
                "enterprises:register",
                Permission.ENTERPRISE_VIEW,
                ("desk:enterprise", *ENTERPRISE_FORMS),
            ),
            Page(_("四大工程"), "enterprises:board", Permission.ENTERPRISE_VIEW, ("enterprises:rung",)),
            Page(_("培育库"), "enterprises:pool", Permission.ENTERPRISE_VIEW, POOL_PAGES),
            Page(_("入库与退库"), "enterprises:transitions", Permission.ENTERPRISE_VIEW, ("enterprises:moved",)),
            Page(
                _("梯度自测"),
                "enterprises:self_check",
                Permission.ENTERPRISE_VIEW,
                ("enterprises:self_check_tier", "enterprises:tier_cards", "enterprises:tier_facts"),
            ),
            Page(
                _("入库复盘"),
                "enterprises:missed",
                Permission.ENTERPRISE_VIEW,
                ("enterprises:missed_list", "enterprises:missed_firm"),
            ),
            Page(_("到期复核"), "enterprises:expiring", Permission.ENTERPRISE_VIEW),
            Page(_("集群与平台"), "enterprises:clusters", Permission.ENTERPRISE_VIEW, CLUSTER_PAGES),
            Page(_("平台覆盖"), "enterprises:platforms", Permission.ENTERPRISE_VIEW),
            Page(_("外部名单"), "enterprises:office_lists", Permission.ENTERPRISE_EDIT, LIST_PAGES),
            Page(_("重复企业"), "enterprises:doubles", Permission.ENTERPRISE_MERGE, ("enterprises:merge",)),
        ),
    ),
    Area(
        _("月度调度"),
        (
            Page(_("工业运行"), "desk:industry", Permission.MEASURE_VIEW, ("desk:industry_firms",)),
            Page(_("县区工业位次"), "desk:county_ranking", Permission.MEASURE_VIEW),
            Page(_("谁拉动谁拖累"), "desk:movers", Permission.MEASURE_VIEW),
            Page(_("集群监测"), "desk:clusters", Permission.MEASURE_VIEW, ("desk:cluster",)),
            Page(_("催报与审核"), "returns:month", Permission.RETURN_VIEW, MONTH_PAGES),
            Page(_("投递箱"), "desk:drops", Permission.RETURN_FILE, DROP_PAGES),
            Page(_("亮灯"), "returns:lights", Permission.RETURN_VIEW),
            Page(_("我的月报"), "returns:own_reports", Permission.FIRM_FILE, OWN_REPORT_PAGES),
            Page(_("报表填报"), "returns:form_months", Permission.RETURN_VIEW, REPORT_PAGES),
            Page(_("封账月份"), "returns:sealed", Permission.RETURN_VIEW, ("returns:sealed_month",)),
            Page(_("报表与指标"), "returns:forms", Permission.RETURN_VIEW, FORM_PAGES),
        ),
    ),
    Area(
        _("征求意见"),
        (Page(_("征求意见公告"), "consultation:register", Permission.CONSULTATION_VIEW, CONSULTATION_PAGES),),
    ),
    Area(
        _("公交专线"),
        (
            Page(_("专线总览"), "buslines:overview", Permission.LINE_VIEW, LINE_PAGES),
            Page(
                _("调整方案"),
                "buslines:scenarios",
                Permission.LINE_VIEW,
                ("buslines:scenario", "buslines:new_scenario", "buslines:school_opinions"),
            ),
            Page(_("学校与幼儿园"), "buslines:schools", Permission.LINE_VIEW),
            Page(_("站点"), "buslines:stops", Permission.LINE_VIEW, ("buslines:stop",)),
            Page(_("车型与用车"), "buslines:vehicles", Permission.LINE_VIEW),
            Page(_("上学日"), "buslines:calendar", Permission.LINE_VIEW),
            Page(_("导入清单"), "buslines:take", Permission.LINE_EDIT, ("buslines:received",)),
            Page(_("路网"), "buslines:roads", Permission.LINE_EDIT),
        ),
    ),
    Area(
        _("报表"),
        (
            Page(
                _("月度文稿"),
                "briefings:briefings",
                Permission.MEASURE_VIEW,
                ("briefings:make", "briefings:briefing"),
            ),
        ),
    ),
    Area(
        _("管理"),
        (
            Page(_("人员"), "accounts:people", Permission.PERSON_CREATE, PEOPLE),
            Page(_("授权"), "accounts:people", Permission.ROLE_GRANT, PEOPLE),
            Page(_("地区与单位"), "desk:places", Permission.PLACE_EDIT, ("desk:places_import", "desk:units")),
            Page(_("操作记录"), "desk:records", Permission.RECORD_VIEW, ("desk:record",)),
            Page(_("后台任务"), "desk:jobs", Permission.JOB_VIEW),
            Page(_("规则"), "desk:rules", Permission.RULE_VIEW, ("desk:rule",)),
        ),
    ),
)


def opens(person: Person, name: str) -> bool:
    """Whether a person's role opens a page of the menu, or one that belongs to it, by its URL name."""
    pages = [page for area in AREAS for page in area.pages if name == page.name or name in page.also]
    return any(page.permission is None or holds(person, page.permission) for page in pages)


_url = cache(reverse)  # forty a page; addresses stay as they are


@dataclass
class Shown:
    """An area or a page as the shell draws it."""

    label: Lazy
    url: str
    current: bool
    children: list[Shown] = field(default_factory=list)


def areas(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the shell shows in its bar and its menu; before sign-in, whether anything is public."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"areas": [], "has_notices": Notice.objects.public().exists}  # asked only by a page that shows it
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = []
    for area in AREAS:
        pages = [
            Shown(page.label, _url(page.name), here in {page.name, *page.also})
            for page in area.pages
            if page.permission is None or holds(person, page.permission)
        ]
        if pages:
            shown.append(Shown(area.label, pages[0].url, any(page.current for page in pages), pages))
    for other in [area for area in shown if area.current][1:]:  # a page that stands in two areas opens the first
        other.current = False
    return {"areas": shown}
