"""A worker as a real start has it, on the database the environment names."""

from __future__ import annotations

import os

import django
from django.core.management import call_command

from tici.config.commands import BEHIND_PAGES

if __name__ == "__main__":
    os.nice(BEHIND_PAGES)
    django.setup()
    call_command("procrastinate", "worker", "--concurrency", "2")
