"""The demonstration's championship: invented, with qualifying standards that some of the demo's athletes reach."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from records.domain.standards import read_standard
from records.models import AgeGroupScheme, Discipline, Standard, StandardSet

NAME = "Three Coasts Championships"

_STANDARDS = (
    # discipline, sex, age group, A, B
    ("100", "F", "", "12.20", "12.60"),
    ("100", "M", "", "10.90", "11.20"),
    ("100", "M", "U20", "11.10", "11.40"),
    ("200", "F", "", "25.00", "25.80"),
    ("400", "M", "", "49.50", "50.80"),
    ("800", "F", "", "2:12.00", "2:16.00"),
    ("800", "M", "", "1:55.00", "1:58.00"),
    ("1500", "F", "U20", "4:45.00", "4:55.00"),
    ("1500", "M", "", "3:58.00", "4:05.00"),
    ("HJ", "F", "", "1.70", "1.62"),
    ("LJ", "M", "", "6.90", "6.60"),
    ("SP", "F", "", "12.00", "11.00"),
    ("4x100", "M", "", "", "44.00"),
)


@transaction.atomic
def set_standards(*, today: date) -> None:
    """The championship two months ahead, with the marks of the last fifteen months; once."""
    if StandardSet.objects.filter(name=NAME).exists():
        return
    one = StandardSet.objects.create(
        name=NAME,
        held_on=today + timedelta(days=60),
        starts=today - timedelta(days=456),
        ends=today + timedelta(days=45),
        scheme=AgeGroupScheme.objects.get(code="wa"),
    )
    for code, sex, group, *texts in _STANDARDS:
        discipline = Discipline.objects.get(code=code, sex__in=("", sex))
        a, b = (read_standard(text, discipline.specification, sex) if text else None for text in texts)
        Standard.objects.create(set=one, discipline=discipline, sex=sex, age_group=group, a_value=a, b_value=b)
