"""The cache that all processes share; Django's own command makes the same table, but nobody has to run it."""

from django.db import migrations

TABLE = """
create table if not exists tici_shared_cache (
    cache_key varchar(255) not null primary key,
    value text not null,
    expires timestamp with time zone not null
);
create index if not exists tici_shared_cache_expires on tici_shared_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_tables")]
    operations = [migrations.RunSQL(TABLE, "drop table if exists tici_shared_cache")]
