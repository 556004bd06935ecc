import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_registrars_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pb', 'personal best'), ('sb', "season's best"), ('record', 'record'), ('returned', 'record that stands again')], max_length=8, verbose_name='what')),
                ('age_group', models.CharField(blank=True, max_length=20, verbose_name='age group')),
                ('facility', models.CharField(blank=True, max_length=7)),
                ('timing', models.CharField(blank=True, max_length=5)),
                ('equal', models.BooleanField(default=False, verbose_name='equal')),
                ('stands', models.BooleanField(default=False, verbose_name='would stand today')),
                ('batch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='effects', to='records.importbatch')),
                ('book', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.recordbook')),
                ('performance', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.performance')),
                ('row', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.importrow')),
            ],
            options={
                'verbose_name': 'effect of an import',
                'verbose_name_plural': 'effects of imports',
                'indexes': [models.Index(fields=['batch', 'kind'], name='effects_of_import')],
            },
        ),
    ]
