"""The database functions that tables and indexes of every room stand on."""

from django.db import migrations

# A pair is kept as one number: its characters' code points side by side. Numbers compare faster than text
# and alike under every collation, and filling the index is most of what accepting many rows costs.
BIGRAMS = """
create function tici_bigrams(words text) returns bigint[]
language sql immutable strict parallel safe as $$
    select array(
        select ascii(a)::bigint << 21 | ascii(b)
        from unnest(string_to_array(words, null), (string_to_array(words, null))[2:]) as pair(a, b)
        where b is not null
    )
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(BIGRAMS, "drop function tici_bigrams(text)")]
