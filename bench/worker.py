"""A worker as a real start has it, on the database the environment names."""

from __future__ import annotations

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    call_command("procrastinate", "worker", "--concurrency", "2")
