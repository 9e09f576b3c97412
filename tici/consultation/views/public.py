"""What everybody may open: notices, the form, the receipt, looking up, taking back, and what came of it all."""

from __future__ import annotations

import secrets

from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tici.accounts.requests import client_address
from tici.consultation import actions
from tici.consultation.actions.registering import TYPED, typed
from tici.consultation.forms import TOKEN, LookUpForm, OpinionForm
from tici.consultation.models import Channel, ChannelOffer, Notice
from tici.consultation.queries import notices as queries
from tici.consultation.rules import intake as rules
from tici.consultation.sealing import code_of, digest_of_net
from tici.core.refusals import Refused

RECEIPT = "consultation.receipt"
ON_THE_WEB = "网页"


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    issued = list(Notice.objects.public())
    context = {
        "open": [one for one in issued if one.takes_opinions_on(today)],
        "coming": [one for one in issued if one.opens_on > today],
        "closed": [one for one in issued if one.closes_on < today],
    }
    return render(request, "consultation/public/notices.html", context)


def issued(code: str) -> Notice:
    """A notice everybody may read, by its code."""
    return get_object_or_404(Notice.objects.public(), code=code)


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    context = {"told": queries.told(issued(code), timezone.localdate())}
    return render(request, "consultation/public/notice.html", context)


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    shown = issued(code)
    return render(request, "consultation/public/versions.html", {"notice": shown, "versions": shown.versions.all()})


@never_cache
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """The form. It works without scripts; a form sent twice gives the same receipt."""
    on_the_web = ChannelOffer.objects.filter(channel=Channel.WEB).values("notice")
    notice = get_object_or_404(Notice.objects.public().filter(pk__in=on_the_web), code=code)
    questions = list(notice.questions.all())
    if request.method != "POST":
        return _form_page(request, notice, OpinionForm(questions, request=request, initial={"token": _new_token()}))
    with transaction.atomic():
        token = OpinionForm.token_in(request.POST)
        receipt = actions.receipt_of(_key(token)) if token else None
        if receipt is None:
            form = OpinionForm(questions, request.POST, request.FILES, request=request)
            if not form.is_valid():
                told = request.POST.copy()
                told["token"] = _new_token() if "token" in form.errors else told.get("token", "")
                form.data = told
                return _form_page(request, notice, form, status=422)
            receipt = _received(request, notice, form)
    return redirect("consultation:receipt", signing.dumps(receipt.number, salt=RECEIPT))


def _form_page(request: HttpRequest, notice: Notice, form: OpinionForm, status: int = 200) -> HttpResponse:
    context = {"told": queries.told(notice, timezone.localdate()), "form": form}
    return render(request, "consultation/public/send.html", context, status=status)


def _key(token: str) -> str:
    return f"web:{token}"


def _new_token() -> str:
    return signing.dumps(secrets.token_urlsafe(12), salt=TOKEN)


def _received(request: HttpRequest, notice: Notice, form: OpinionForm) -> actions.Receipt:
    now, told = timezone.now(), form.cleaned_data
    net = digest_of_net(client_address(request))
    in_a_minute, in_a_day = queries.taken_lately(net, now)
    sender = actions.Sender(told["name"], told["contact"])
    content = typed(
        text=told["text"],
        sender=sender,
        answers=form.answers(),
        relation=told["relation"],
        consent=told["consent"],
        wants_reply=bool(told["contact"]),
    )
    return actions.receive_opinion(
        channel=Channel.WEB,
        source_key=_key(told["token"]),
        content=content,
        name=f"{notice.code}.json",
        media_type=TYPED,
        received_at=now,
        by=ON_THE_WEB,
        notice=notice,
        held=rules.held_for(is_proven=form.is_proven, in_a_minute=in_a_minute, in_a_day=in_a_day),
        net=net,
        files=[(one.name, one.read()) for one in told["files"]],
        is_known_new=True,
    )


@never_cache
@require_safe
def receipt(request: HttpRequest, signed: str) -> HttpResponse:
    """Number and code; the address is signed, so that it may be opened again and guessed by nobody."""
    try:
        number = signing.loads(signed, salt=RECEIPT, max_age=24 * 60 * 60)
    except signing.BadSignature:
        raise Http404("No such receipt.") from None
    return render(request, "consultation/public/receipt.html", {"number": number, "code": code_of(number)})


@never_cache
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """What became of an opinion, for whoever holds its number and code."""
    form = LookUpForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    found, status = None, 200
    if form.is_valid():
        found = _opened(request, form)
        status = 200 if found else 422
    elif request.method == "POST":
        status = 422
    return render(request, "consultation/public/look_up.html", {"form": form, "found": found}, status=status)


def _opened(request: HttpRequest, form: LookUpForm) -> queries.LookedUp | None:
    net = digest_of_net(client_address(request))
    if queries.wrong_codes(net) >= rules.limits()["look_ups_an_hour"]:
        form.add_error(None, _("查询次数过多。请一小时后再试，或联系受理单位。"))
        return None
    found = queries.looked_up(form.cleaned_data["number"], form.cleaned_data["code"])
    if found is None:
        queries.note_wrong_code(net)
        form.add_error(None, _("没有查到。请核对受理编号和查询码，两者都印在回执上。"))
    return found


@never_cache
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Withdraw an opinion, or say that somebody else sent it in one's name; both with number and code."""
    form = LookUpForm(request.POST)
    found = _opened(request, form) if form.is_valid() else None
    if found is None:
        return render(request, "consultation/public/look_up.html", {"form": form, "found": None}, status=422)
    is_not_mine = request.POST.get("what") == "disown"
    try:
        actions.take_back(item=found.item, code=form.cleaned_data["code"], is_not_mine=is_not_mine, at=timezone.now())
    except Refused as refused:
        refused.show_on(form)
        return render(request, "consultation/public/look_up.html", {"form": form, "found": found}, status=422)
    found = queries.looked_up(form.cleaned_data["number"], form.cleaned_data["code"])
    return render(request, "consultation/public/look_up.html", {"form": form, "found": found, "is_done": True})
