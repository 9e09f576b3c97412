"""Indicators and forms: loaded as shipped, changed, brought into use; a form opened for a month, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.core.audit import Deed, record, record_many
from tici.core.copying import copy_in
from tici.core.refusals import Refusal, Refused
from tici.engines.periods import Month
from tici.engines.workdays import due_day
from tici.returns import queries, rules
from tici.returns.models import FilingState, FormUpload, FormVersion, Indicator, UnitReport

AWAITED = ("form", "code", "month_on", "place", "enterprise", "cluster", "state", "due_on", "vintage_number")


@transaction.atomic
def load_forms(*, by: object, at: datetime) -> int:
    """Enter the shipped indicators and forms that are not there yet; what a city has changed stays as it is.

    Returns how many were entered.
    """
    known = set(Indicator.objects.values_list("code", flat=True))
    fresh = [Indicator(**facts) for facts in rules.shipped_indicators() if facts["code"] not in known]
    Indicator.objects.bulk_create(fresh)
    there = set(FormVersion.objects.values_list("code", flat=True))
    forms = [FormVersion(**facts, is_published=True) for facts in rules.shipped_forms() if facts["code"] not in there]
    FormVersion.objects.bulk_create(forms)
    if fresh or forms:
        new = {"indicators": [one.code for one in fresh], "forms": [form.code for form in forms]}
        record_many([Deed("forms.loaded", "returns.forms", {}, new)], by=by, at=at)
    return len(fresh) + len(forms)


@transaction.atomic
def save_indicator(*, indicator: Indicator | None, facts: Mapping[str, Any], by: object, at: datetime) -> Indicator:
    """Enter an indicator into the dictionary, or change its card. Its code never changes: figures are kept by it.

    Raises
    ------
    Refused
        The code is taken, or a ratio lacks a part.
    """
    old: dict[str, Any] = {}
    if indicator is None:
        if Indicator.objects.filter(code=facts.get("code", "")).exists():
            raise Refused(Refusal("indicator.code", _("这个代码已用于另一个指标。请换一个代码。"), "code"))
        indicator = Indicator(**facts)
    else:
        indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
        facts = {name: value for name, value in facts.items() if name != "code"}
        old = {name: getattr(indicator, name) for name in facts}
        for name, value in facts.items():
            setattr(indicator, name, value)
    if indicator.aggregate == "ratio" and not (indicator.numerator and indicator.denominator):
        raise Refused(Refusal("indicator.ratio", _("比率指标须写明分子和分母。请填写这两个指标的代码。"), "numerator"))
    indicator.save()
    changes = {name: (old.get(name), value) for name, value in facts.items() if old.get(name) != value}
    record("indicator.saved", subject=indicator, by=by, at=at, **changes)
    return indicator


@transaction.atomic
def save_form_version(*, form: FormVersion | None, facts: Mapping[str, Any], by: object, at: datetime) -> FormVersion:
    """Make a version of a form, or change one that was not opened for any month yet.

    Raises
    ------
    Refused
        It is in use, has no columns or one twice, or another version begins in the same month.
    """
    if form is not None:
        form = FormVersion.objects.select_for_update().get(pk=form.pk)
    version = form or FormVersion()
    old = {name: getattr(version, name) for name in facts} if form is not None else {}
    for name, value in facts.items():
        setattr(version, name, value)
    is_used = form is not None and UnitReport.objects.filter(form=form).exists()
    refusals = rules.against_saving(version, is_used=is_used)
    same = FormVersion.objects.filter(code=version.code, from_month=version.from_month).exclude(pk=version.pk)
    if same.exists():
        sentence = _("该表已有从这个月起用的版本。请改那一版，或换一个起用月份。")
        refusals.append(Refusal("form.same_month", sentence, "from_month"))
    if refusals:
        raise Refused(*refusals)
    version.save()
    changes = {name: (old.get(name), value) for name, value in facts.items() if old.get(name) != value}
    record("form.saved", subject=version, by=by, at=at, **changes)
    return version


@transaction.atomic
def publish_form(*, form: FormVersion, by: object, at: datetime) -> FormVersion:
    """Bring a version of a form into use from its month on.

    Raises
    ------
    Refused
        It is in use already, an indicator is not in the dictionary, or the calendar does not know it.
    """
    form = FormVersion.objects.select_for_update().get(pk=form.pk)
    known = set(Indicator.objects.filter(is_retired=False).values_list("code", flat=True))
    if refusals := rules.against_publishing(form, known):
        raise Refused(*refusals)
    form.is_published = True
    form.save(update_fields=["is_published"])
    record("form.published", subject=form, by=by, at=at, is_published=(False, True))
    return form


@transaction.atomic
def remove_form(*, form: FormVersion, by: object, at: datetime) -> None:
    """Take a draft of a form away; what it was is kept in the record.

    Raises
    ------
    Refused
        It is in use.
    """
    form = FormVersion.objects.select_for_update().get(pk=form.pk)
    if refusals := rules.against_removing_form(form):
        raise Refused(*refusals)
    told = ("code", "name", "from_month", "columns_data")
    record("form.removed", subject=form, by=by, at=at, **{name: (getattr(form, name), None) for name in told})
    form.delete()


@transaction.atomic
def open_form_month(form: FormVersion, month: Month, *, by: object, at: datetime) -> int:
    """Await a report of every unit that is to report on a form for a month; returns how many came to be awaited.

    Opened again it awaits those who joined since. The form is locked first, so that nobody is awaited twice.

    Raises
    ------
    Refused
        The month has not come, the form is not in use for it, the calendar does not know it, nothing is reported
        for it (1月免报), or it is sealed.
    """
    form = FormVersion.objects.select_for_update().get(pk=form.pk)
    in_force, is_sealed = queries.is_in_force(form, month), queries.is_sealed(form.code, month)
    refusals = rules.against_opening(form, month, is_in_force=in_force, is_sealed=is_sealed)
    if refusals := refusals or rules.against_opening_month(month, at):
        raise Refused(*refusals)
    due_on = due_day(month, rules.calendar_of(form, month) or {}).on
    known = set(UnitReport.objects.of(form.code, month).values_list("place", "enterprise", "cluster"))
    held = {one[1:] for one in known if one[1:] != (None, None)}
    missing = [unit for unit in queries.units_of(form, month) if unit not in known and unit[1:] not in held]
    if not missing:
        return 0
    head = (form.pk, form.code, month.first)
    copy_in(UnitReport, AWAITED, ((*head, *unit, FilingState.AWAITED, due_on, 0) for unit in missing))
    new = {"form": form.code, "month": str(month), "units": len(missing), "due_on": due_on}
    record_many([Deed("form.opened", f"returns.form:{form.code}:{month}", {}, new)], by=by, at=at)
    return len(missing)


@transaction.atomic
def withdraw_form_month(form: FormVersion, month: Month, *, by: object, at: datetime) -> int:
    """Take back a month of a form that was opened by mistake; returns how many units are no longer awaited.

    Raises
    ------
    Refused
        Somebody has reported, typed or sent a workbook for it, or it is sealed.
    """
    form = FormVersion.objects.select_for_update().get(pk=form.pk)
    reports = UnitReport.objects.of(form.code, month)
    awaited = len(reports.select_for_update())
    begun = reports.filter(Q(vintages__isnull=False) | Q(draft__isnull=False)).distinct().count()
    begun += FormUpload.objects.under_way().filter(form__code=form.code, month_on=month.first).count()
    if refusals := rules.against_withdrawing_form_month(
        form, month, begun, is_sealed=queries.is_sealed(form.code, month)
    ):
        raise Refused(*refusals)
    reports.delete()
    old = {"form": form.code, "units": awaited}
    record_many([Deed("form.month_withdrawn", f"returns.form:{form.code}:{month}", old, {})], by=by, at=at)
    return awaited
