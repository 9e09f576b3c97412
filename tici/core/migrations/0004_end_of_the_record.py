"""The end of the record, once nobody else may add to it: asked in one step, as every action does."""

from django.db import migrations

# A function that may change rows sees, after its wait, what others have committed meanwhile.
END = """
create function tici_end_of_the_record(lock bigint) returns text language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(lock);
    return (select digest from core_record order by id desc limit 1);
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_records_are_only_added")]
    operations = [migrations.RunSQL(END, "drop function tici_end_of_the_record(bigint)")]
