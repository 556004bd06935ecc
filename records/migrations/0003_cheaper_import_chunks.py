"""Handed-in files are text: PostgreSQL's lz4 stores them at once, where its own way takes as long as reading them."""

from django.db import migrations


def compress_by_lz4(apps, schema_editor):
    """PostgreSQL built without lz4 keeps its default."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
        )
        if cursor.fetchone():
            cursor.execute("ALTER TABLE records_importchunk ALTER COLUMN content SET COMPRESSION lz4")


class Migration(migrations.Migration):
    dependencies = [("records", "0002_reference_data")]
    operations = [migrations.RunPython(compress_by_lz4, migrations.RunPython.noop)]
