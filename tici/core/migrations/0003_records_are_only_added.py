"""The record may be added to, never changed: the database refuses, whoever asks."""

from django.db import migrations

GUARD = """
create function tici_records_are_only_added() returns trigger language plpgsql as $$
begin
    raise exception 'records are only added, never changed';
end $$;
create trigger records_are_only_added before update or delete on core_record
for each row execute function tici_records_are_only_added()
"""
OPEN = "drop trigger records_are_only_added on core_record; drop function tici_records_are_only_added()"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables")]
    operations = [migrations.RunSQL(GUARD, OPEN)]
