"""Marks are found by their club; for that, the index on what superseded them holds only the marks that have it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_standards")]
    operations = [
        migrations.AlterField(
            model_name="performance",
            name="superseded_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="supersedes",
                to="records.performance",
                verbose_name="superseded by",
            ),
        ),
        migrations.AddIndex(model_name="performance", index=models.Index(fields=["club"], name="performance_for_club")),
        migrations.AddIndex(
            model_name="performance",
            index=models.Index(
                condition=models.Q(("superseded_by__isnull", False)),
                fields=["superseded_by"],
                name="performance_superseded",
            ),
        ),
    ]
