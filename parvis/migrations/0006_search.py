"""What the search of the inbox reads, kept by the database itself whoever writes: words without accents, and who wrote them.

SQLite: an FTS5 table. PostgreSQL: a tsvector beside the words, with its GIN index. A later migration that makes SQLite build the tables of
messages or persons anew drops these triggers with them, and has to lay them again: `LAY_SQLITE` may be imported for it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

_LIGATURES = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss"))


def _plain(column: str) -> str:
    for sign, plain in _LIGATURES:
        column = f"replace({column}, '{sign}', '{plain}')"
    return column


def _row(message: str) -> str:
    """Return what is found of a message: its words, its author's names, and a word for its company."""
    who = f"(SELECT name || ' ' || handle FROM parvis_person WHERE id = {message}.person_id)"
    return f"{message}.id, {_plain(message + '.words')}, {_plain(f'coalesce({who}, {chr(39) * 2})')}, 'c' || {message}.company_id"


_PUT = "INSERT INTO parvis_message_found(rowid, words, who, company)"
LAY_SQLITE = [
    "DROP TRIGGER IF EXISTS message_found_put",
    "DROP TRIGGER IF EXISTS message_found_changed",
    "DROP TRIGGER IF EXISTS message_found_gone",
    "DROP TRIGGER IF EXISTS person_found_renamed",
    f"CREATE TRIGGER message_found_put AFTER INSERT ON parvis_message BEGIN {_PUT} VALUES ({_row('new')}); END",
    "CREATE TRIGGER message_found_changed AFTER UPDATE OF words, person_id, company_id ON parvis_message BEGIN "
    f"DELETE FROM parvis_message_found WHERE rowid = old.id; {_PUT} VALUES ({_row('new')}); END",
    "CREATE TRIGGER message_found_gone AFTER DELETE ON parvis_message BEGIN DELETE FROM parvis_message_found WHERE rowid = old.id; END",
    "CREATE TRIGGER person_found_renamed AFTER UPDATE OF name, handle ON parvis_person BEGIN UPDATE parvis_message_found "
    f"SET who = {_plain('new.name || chr_space || new.handle'.replace('chr_space', chr(39) + ' ' + chr(39)))} "
    "WHERE rowid IN (SELECT id FROM parvis_message WHERE person_id = new.id); END",
]
_SQLITE = [
    "CREATE VIRTUAL TABLE parvis_message_found USING fts5(words, who, company, prefix='2 3', tokenize='unicode61 remove_diacritics 2')",
    *LAY_SQLITE,
    f"{_PUT} SELECT {_row('parvis_message')} FROM parvis_message",
]
_ACCENTED = "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖòóôõöÙÚÛÜùúûüÝýÿŸ"
_BARE = "aaaaaaaaaaaacceeeeeeeeiiiiiiiinnoooooooooouuuuuuuuyyyy"
_DOCUMENT = "to_tsvector('simple', parvis_plain(left(words, 20000)) || ' ' || parvis_plain(coalesce(who, '')))"
_POSTGRESQL = [
    f"""CREATE FUNCTION parvis_plain(said text) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT regexp_replace(regexp_replace({_plain(f"translate(lower(translate(said, '{_ACCENTED}', '{_BARE}')), '{_ACCENTED}', '{_BARE}')")},
            '[\\u0300-\\u036f]', '', 'g'), '[-._/@:''’#+&=?%]', ' ', 'g') $$""",
    f"""CREATE FUNCTION parvis_document(words text, who text) RETURNS tsvector IMMUTABLE LANGUAGE sql AS $$ SELECT {_DOCUMENT} $$""",
    "ALTER TABLE parvis_message ADD COLUMN found tsvector",
    """CREATE FUNCTION parvis_message_put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        new.found := parvis_document(new.words, (SELECT name || ' ' || handle FROM parvis_person WHERE id = new.person_id));
        RETURN new; END $$""",
    """CREATE TRIGGER message_found_put BEFORE INSERT OR UPDATE OF words, person_id ON parvis_message
        FOR EACH ROW EXECUTE FUNCTION parvis_message_put()""",
    """CREATE FUNCTION parvis_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE parvis_message SET found = parvis_document(words, new.name || ' ' || new.handle) WHERE person_id = new.id;
        RETURN NULL; END $$""",
    """CREATE TRIGGER person_found_renamed AFTER UPDATE OF name, handle ON parvis_person FOR EACH ROW
        WHEN (old.name IS DISTINCT FROM new.name OR old.handle IS DISTINCT FROM new.handle) EXECUTE FUNCTION parvis_person_renamed()""",
    """UPDATE parvis_message SET found = parvis_document(words,
        (SELECT name || ' ' || handle FROM parvis_person WHERE id = parvis_message.person_id))""",
    "CREATE INDEX message_found ON parvis_message USING gin (found)",
]


def lay(apps: Any, schema_editor: Any) -> None:
    """Lay what the search reads, as this database has it."""
    for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("parvis", "0005_inbox")]

    operations = [migrations.RunPython(lay)]
