"""Two clubs may each keep the place that one athlete took: neither stands in the other's way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_marks_without_wind")]
    operations = [
        migrations.RemoveConstraint(model_name="award", name="one_place_per_contest"),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                fields=("club", "athlete", "discipline", "age_group", "competition", "date"),
                name="one_place_per_contest",
            ),
        ),
    ]
