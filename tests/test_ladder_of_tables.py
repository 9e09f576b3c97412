"""The ladder of rooms holds for foreign keys too, which import-linter cannot see."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps

CONFIG = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
LAYERS = CONFIG["tool"]["importlinter"]["contracts"][0]["layers"]
RUNG = {room.strip(): -height for height, rooms in enumerate(LAYERS) for room in rooms.split("|")}
OURS = [model for model in apps.get_models() if model._meta.app_label in RUNG]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_table_points_only_downward(model):
    own = RUNG[model._meta.app_label]
    targets = {field.related_model._meta.app_label for field in model._meta.concrete_fields if field.is_relation}

    assert not [room for room in targets & RUNG.keys() if RUNG[room] > own]
