from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0010_profiles")]

    operations = [migrations.RenameField("discipline", "name", "english_name")]
