"""Marks that want a reading of the wind are found without reading all others."""

from django.db import migrations, models
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    dependencies = [("records", "0011_names_of_disciplines")]
    operations = [
        migrations.AddIndex(
            model_name="performance",
            index=models.Index(
                condition=models.Q(Exact(models.F("flaws").bitand(38), 32)),
                fields=["athlete"],
                name="performance_without_wind",
            ),
        ),
    ]
