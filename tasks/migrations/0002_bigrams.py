"""How text is cut for `q`. Functions, since the trigger that stores it and the query must agree."""

from django.db import migrations

# Upper-cased, as Django's icontains compares. Each character with its next; the last one alone, so that a
# word of one character is found as the beginning of a pair. What comes after the first 100,000 characters is
# not found: a tsvector holds 1 MB.
BIGRAMS = """
CREATE FUNCTION tasks_bigrams(content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_to_tsvector(array_agg(one || coalesce(next, ''))), '')
    FROM (SELECT string_to_array(left(upper(content), 100000), NULL) AS c), unnest(c, c[2:]) AS pair(one, next)
$$
"""
# A quote and a backslash are doubled inside a quoted lexeme.
NEEDLE = r"""
CREATE FUNCTION tasks_bigrams_of(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        '''' || replace(replace(one || coalesce(next, ''), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN cardinality(c) = 1 THEN ':*' ELSE '' END, ' & '
    )::tsquery
    FROM (SELECT string_to_array(upper(word), NULL) AS c), unnest(c, c[2:]) AS pair(one, next)
    WHERE next IS NOT NULL OR cardinality(c) = 1
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION tasks_bigrams(text)"),
        migrations.RunSQL(NEEDLE, "DROP FUNCTION tasks_bigrams_of(text)"),
    ]
