"""Sentences of the rulebook in templates."""

from __future__ import annotations

from django import template

from tici.returns import rules
from tici.returns.models import Finding

register = template.Library()


@register.simple_tag
def finding_sentence(finding: Finding) -> str:
    """What a finding says to the reporter."""
    return rules.finding_sentence(finding)
