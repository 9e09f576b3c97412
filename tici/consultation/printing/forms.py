"""The reply form of a notice: its own questions, laid out by the geometry that also reads them back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tici.consultation.models import Notice, QuestionKind
from tici.core.typesetting import SERIF, pdf
from tici.engines.opinions import reply_form
from tici.engines.opinions.reply_form import Choice, FormSpec, Question

HERE = Path(__file__).parent
LINES = 8  # ruled lines to write on


def form_spec(notice: Notice) -> FormSpec:
    """The form of a notice. Its id follows from the questions, so a paper of an older version is never misread."""
    questions, asked = [], list(notice.questions.all())
    for one in asked:
        choices = tuple(Choice(f"q{one.position}-{at}", label) for at, label in enumerate(one.choices, 1))
        is_text = one.kind == QuestionKind.TEXT
        questions.append(Question(f"q{one.position}", one.label, choices, LINES if is_text else 0))
    words = json.dumps([(one.label, one.kind, one.choices) for one in asked], ensure_ascii=False)
    form = hashlib.sha256(words.encode()).hexdigest()[:8]
    title = f"{notice.title.removesuffix('公告')}意见反馈表"
    return FormSpec(
        f"n{notice.pk}", form, title, tuple(questions), footer=f"{notice.office}　请于{notice.closes_on}前寄回"
    )


def form_pdf(notice: Notice) -> bytes:
    """The form as pages of A4."""
    geometry = reply_form.draw(form_spec(notice))
    return pdf(HERE / "form.typ", {"pages": [reply_form.svg(page, faces=", ".join(SERIF)) for page in geometry.pages]})
