from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parvis", "0002_post_muted")]

    operations = [
        migrations.CreateModel(
            name="Voice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trade", models.CharField(default="other", max_length=20)),
                ("address", models.CharField(default="vous", max_length=4)),
                ("inclusive", models.CharField(default="any", max_length=5)),
                ("department", models.CharField(blank=True, max_length=3)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("site", models.CharField(blank=True, max_length=200)),
                ("legal_page", models.CharField(blank=True, max_length=200)),
                ("words", models.JSONField(default=list)),
                ("weights", models.JSONField(default=dict)),
                ("limits", models.JSONField(default=dict)),
                ("periods", models.JSONField(default=list)),
                (
                    "company",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="voice", to="parvis.company"),
                ),
            ],
        ),
    ]
