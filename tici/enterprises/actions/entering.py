"""Entering one enterprise by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tici.accounts.models import Person
from tici.core.refusals import Refusal, Refused
from tici.enterprises import queries, rules
from tici.enterprises.models import Enterprise
from tici.places.models import Place

from .accepting import EnterpriseRow, accept_enterprises


@transaction.atomic
def enter_enterprise(*, name: str, place: Place, uscc: str = "", by: Person, at: datetime, **facts: Any) -> Enterprise:
    """Enter an enterprise that is not in the register yet.

    Raises:
        Refused: Its code or its name in the place is there already, or a fact cannot stand.
    """
    name, code = " ".join(name.split()), uscc.strip().upper()
    refusals = [*rules.against_facts(facts, {}), *_against_identity(name, code, place)]
    if refusals:
        raise Refused(*refusals)
    row = EnterpriseRow(None, place.pk, name, code, facts=facts)
    accepted = accept_enterprises([row], by=by, at=at)
    return Enterprise.objects.get(pk=accepted.created[0])


def _against_identity(name: str, code: str, place: Place) -> list[Refusal]:
    refusals = [Refusal(one.code, one.message, "uscc") for one in rules.against_credit_code(code)]
    if code and (holder := queries.by_credit_code({code}).get(code)):
        other = Enterprise.objects.select_related("place").get(pk=holder)
        words = _("这个代码已登记为%(name)s（%(place)s）。请打开该企业修改，或核对代码。")
        refusals.append(Refusal("enterprise.code_taken", words % {"name": other.name, "place": other.place}, "uscc"))
    elif any(
        not code or uscc in {"", code} for _pk, uscc in queries.by_name({place.pk}, {name}).get((place.pk, name), [])
    ):
        words = _("%(place)s已有同名企业。请打开该企业修改，或填写不同的统一社会信用代码。")
        refusals.append(Refusal("enterprise.name_taken", words % {"place": place}, "name"))
    return refusals
