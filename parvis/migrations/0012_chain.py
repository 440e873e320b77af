"""The journal becomes a chain: every entry that stands is linked to the one before it, in the order they were written."""

from __future__ import annotations

import json
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from parvis.audit import chain

BATCH = 5000


def link(apps: Any, editor: Any) -> None:
    """Chain the entries that stand, some thousands at a time."""
    at = {
        "sqlite": """substr("at", 1, 10) || 'T' || substr("at", 12, 8) || '.' || substr(substr("at", 21, 6) || '000000', 1, 6) || 'Z'""",
        "postgresql": """to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    }[editor.connection.vendor]
    facts = '"facts"' if editor.connection.vendor == "sqlite" else '"facts"::text'
    read = (
        f'SELECT "id", {at}, "company_id", "user_id", "who", "verb", "object_id", "label", {facts} FROM "parvis_entry" '
        f'WHERE "id" > %s ORDER BY "id" LIMIT {BATCH}'
    )
    write = 'UPDATE "parvis_entry" SET "seq" = %s, "salt" = %s, "sealed" = %s, "link" = %s WHERE "id" = %s'
    ends: dict[int, tuple[int, str]] = {}
    last = 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(read, [last])
            if not (rows := cursor.fetchall()):
                break
            last, done = rows[-1][0], []
            for pk, moment, company, user, who, verb, thing, label, told in rows:
                count, before = ends.get(company or chain.HOUSE, (0, chain.START))
                salt = chain.fresh_salt()
                sealed = chain.sealed(salt, label, json.loads(told))
                head = chain.linked(before, count + 1, (moment, company, user, who, verb, thing, None, sealed))
                ends[company or chain.HOUSE] = (count + 1, head)
                done.append((count + 1, salt, sealed, head, pk))
            cursor.executemany(write, done)
    model = apps.get_model("parvis", "Chain")
    model.objects.bulk_create(
        model(id=key, count=count, head=head, mark=chain.mark_of(key, count, head)) for key, (count, head) in ends.items()
    )


class Migration(migrations.Migration):
    """Columns, links, then the rule that no number stands twice."""

    dependencies = [("parvis", "0011_named_knocks")]

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.BigIntegerField(help_text="The company's id; 0 is the house's own chain.", primary_key=True, serialize=False)),
                ("count", models.BigIntegerField(default=0)),
                ("head", models.CharField(max_length=64)),
                ("mark", models.CharField(blank=True, help_text="Empty once somebody was found to have written around the house.", max_length=100)),
                ("verified_seq", models.BigIntegerField(default=0, help_text="All up to this one was found whole.")),
                ("verified_link", models.CharField(blank=True, max_length=64)),
                ("verified_at", models.DateTimeField(null=True)),
                ("whole_at", models.DateTimeField(help_text="When it was last read from its first entry on.", null=True)),
                ("findings", models.JSONField(default=list)),
                ("torn_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="entry",
            name="mandate_id",
            field=models.BigIntegerField(help_text="Under which mandate it was done, by somebody from outside.", null=True),
        ),
        # Empty at first: a column that may be empty is added without writing the table anew.
        migrations.AddField("entry", "seq", models.BigIntegerField(null=True)),
        migrations.AddField("entry", "salt", models.CharField(null=True, max_length=32)),
        migrations.AddField("entry", "sealed", models.CharField(null=True, max_length=64)),
        migrations.AddField("entry", "link", models.CharField(null=True, max_length=64)),
        migrations.RunPython(link, migrations.RunPython.noop),
        migrations.AlterField("entry", "seq", models.BigIntegerField(help_text="Its number in the chain, from 1, without a gap.")),
        migrations.AlterField(
            "entry", "salt", models.CharField(blank=True, help_text="Empty once the label and the facts were shed.", max_length=32)
        ),
        migrations.AlterField(
            "entry", "sealed", models.CharField(help_text="The digest of salt, label and facts: it stays when they go.", max_length=64)
        ),
        migrations.AlterField(
            "entry",
            "link",
            models.CharField(help_text="The digest of everything else, of `sealed` and of the link before.", max_length=64),
        ),
        migrations.AddConstraint("entry", models.UniqueConstraint(fields=("company_id", "seq"), name="entry_once_in_chain")),
        migrations.AddConstraint(
            "entry", models.UniqueConstraint(condition=Q(company_id__isnull=True), fields=("seq",), name="entry_once_in_house")
        ),
        migrations.AddIndex("entry", models.Index(fields=["company_id", "object_id"], name="entry_by_object")),
    ]
