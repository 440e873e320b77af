from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parvis", "0001_initial")]

    operations = [
        migrations.AddField(model_name="post", name="muted", field=models.JSONField(default=list)),
    ]
