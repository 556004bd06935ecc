"""One row of every model that the desk shows, all of one club."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator

from federations.models import DigestSubscription, NewsItem
from records.models import (
    AgeGroup,
    AgeGroupScheme,
    AthleteAlias,
    AthleteMerge,
    Award,
    Best,
    Ceremony,
    CeremonyGuest,
    ClubMedal,
    ClubSpell,
    ColumnMapping,
    Consent,
    Discipline,
    Evidence,
    ExternalId,
    Guardianship,
    Honour,
    ImportRow,
    LegacyRecord,
    MarkReport,
    NotTheSame,
    ProofFile,
    Record,
    RecordClaim,
    RecordPolicy,
    RelayLeg,
)
from tests.factories import (
    NOW,
    AthleteFactory,
    MembershipFactory,
    PerformanceFactory,
    StandardFactory,
    StandardSetFactory,
    UserFactory,
    imported,
)
from tests.records.filming import filmed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Club, Delivery, Event, Job, Webhook


def everything(club: Club, *, at: datetime = NOW) -> dict[str, Any]:
    """{"records.athlete": row, …}. Names hold the word Secret, to be looked for on pages that mustn't show them."""
    user = UserFactory(name="Secret Person")
    member = MembershipFactory(user=user, club=club)
    athlete = AthleteFactory(given_name="Ann", family_name="Secret", club=club, visibility="club")
    other = AthleteFactory(given_name="Anna", family_name="Secret", club=club, visibility="club")
    gone = AthleteFactory(given_name="An", family_name="Secret", club=club, merged_into=athlete)
    performance = PerformanceFactory(
        athlete=athlete, mark="10.80", wind=5, on=at.date(), club=club, competition="Secret Games"
    )
    book, discipline = club.books.get(), performance.discipline
    scheme = AgeGroupScheme.objects.create(code=f"secret-{club.slug}", name="Secret scheme", club=club)
    group = AgeGroup.objects.create(scheme=scheme, code="Secret", kind="youth", upper_age=12)
    file = "holder,discipline,sex,mark,date,age group\nOld Secret,100,M,10.5,1990-05-01,Senior\n"
    batch = imported("records", file, club=club, book=book, filename="secret.csv")
    claim = RecordClaim.objects.create(book=book, performance=performance, opened=at)
    proof = ProofFile.objects.create(
        club=club, name="secret.png", media_type="image/png", size=1, sha256="0", content=b"0", at=at
    )
    medal = ClubMedal.objects.create(club=club, position=1, label="Secret medal", metal="gold")
    award = Award.objects.create(
        club=club, athlete=athlete, position=1, discipline=discipline, competition="Secret Games", date=date(2026, 6, 1)
    )
    ceremony = Ceremony.objects.create(club=club, title="Secret evening", starts=at, place="Hall")
    standards = StandardSetFactory(club=club, name="Secret cup", scheme=scheme)
    hook = Webhook.objects.create(club=club, url="https://secret.example/", created=at)
    tell(next(iter(Kind)), club=club, at=at, public=False, payload={})
    first, second = sorted((athlete, other), key=lambda one: one.pk)
    rows = [
        athlete, performance, book, scheme, group, batch, claim, proof, medal, award, ceremony, hook, club, user, member,
        ClubSpell.objects.get(athlete=athlete),
        ExternalId.objects.create(athlete=athlete, source="secret", value=f"secret-{club.pk}"),
        AthleteAlias.objects.create(athlete=athlete, name_key="secret, annie"),
        AthleteMerge.objects.create(survivor=athlete, merged=gone, at=at),
        NotTheSame.objects.create(one=first, other=second, at=at),
        Guardianship.objects.create(athlete=athlete, guardian=user, created=at),
        Consent.objects.create(athlete=athlete, purpose="name", version="1", words="Secret", given=at),
        RelayLeg.objects.create(performance=performance, number=1, athlete=athlete),
        Best.objects.get(performance=performance),
        filmed(performance, user, title="Secret final"),
        MarkReport.objects.create(athlete=athlete, kind="missing", discipline=discipline, mark="9.99", at=at),
        RecordPolicy.objects.get(book=book),
        Record.objects.filter(book=book).first(),
        LegacyRecord.objects.get(book=book),
        Evidence.objects.create(claim=claim, kind="wind", note="Secret note", at=at),
        ImportRow.objects.get(batch=batch),
        ColumnMapping.objects.create(club=club, kind="athletes", source="secret"),
        Honour.objects.create(ceremony=ceremony, award=award),
        CeremonyGuest.objects.create(ceremony=ceremony, name="Secret guest"),
        Discipline.objects.get(pk=discipline.pk),
        standards,
        StandardFactory(set=standards, age_group="Secret"),
        Job.objects.create(task="secret", subject=club.pk, heartbeat=at, club=club, state="done"),
        AuditEntry.objects.create(at=at, action="secret", target=f"secret {club.pk}", club=club),
        Event.objects.filter(club=club).first(),
        Delivery.objects.get(webhook=hook),
        Authenticator.objects.create(user=user, type="totp", data={}),
        NewsItem.objects.create(club=club, title="Secret news", body="Nobody else may know.", audience="members"),
        DigestSubscription.objects.create(club=club, email="secret@example.org", locale="en", asked=at),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in rows}
