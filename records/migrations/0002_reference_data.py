"""Disciplines, age-group schemes and the site-wide record book, which every site starts with."""

import csv
from pathlib import Path

from django.db import migrations

# Plain Python without models, so it can't run ahead of this migration's tables.
from records.domain.disciplines import catalogue
from records.domain.eligibility import Policy

FIVE_YEAR_BANDS = range(35, 105, 5)


def load(apps, schema_editor):
    Discipline = apps.get_model("records", "Discipline")
    Discipline.objects.bulk_create(
        Discipline(
            code=one.code,
            sex=one.sex,
            name=one.name,
            family=one.family,
            measure=one.measure,
            distance_mm=one.distance_mm,
            implement_g=one.implement_g,
            hurdle_mm=one.hurdle_mm,
            legs=one.legs,
            place_in_list=place,
        )
        for place, one in enumerate(catalogue())
    )
    load_age_groups(apps)
    Book, RecordPolicy = apps.get_model("records", "RecordBook"), apps.get_model("records", "RecordPolicy")
    world = Book.objects.create(slug="world", name="All clubs")
    world.policy = RecordPolicy.objects.create(book=world, version=1, refuses=int(Policy().refuses))
    world.save()


def load_age_groups(apps):
    Scheme, AgeGroup = apps.get_model("records", "AgeGroupScheme"), apps.get_model("records", "AgeGroup")
    path = Path(__file__).resolve().parent.parent / "data" / "age_groups.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        scheme, _ = Scheme.objects.get_or_create(code=row["scheme"], defaults={"name": row["name"]})
        bounds = {"kind": row["kind"], "lower_on": row["lower_on"], "upper_on": row["upper_on"]}
        bounds |= {"valid_from": row["valid_from"] or None, "valid_until": row["valid_until"] or None}
        if row["code"] == "*":
            for age in FIVE_YEAR_BANDS:
                top = 200 if age == FIVE_YEAR_BANDS[-1] else age + 4
                AgeGroup.objects.create(
                    scheme=scheme, code=f"M{age}", lower_age=age, upper_age=top, place_in_list=100 + age, **bounds
                )
        else:
            AgeGroup.objects.create(
                scheme=scheme,
                code=row["code"],
                lower_age=row["lower_age"],
                upper_age=row["upper_age"],
                place_in_list=50 if row["kind"] == "senior" else row["upper_age"],
                **bounds,
            )


def unload(apps, schema_editor):
    for name in ("RecordBook", "AgeGroupScheme", "Discipline"):
        apps.get_model("records", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
