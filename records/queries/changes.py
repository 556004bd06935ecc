"""The log of changes: every deed in a club's records, in words, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.apps import apps
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from records.models import ClubSpell, Performance
from records.queries.performances import versions_of
from records.queries.told import FieldChange, accounts_in, facts_of, things_called
from trackhub.clubs.models import AuditEntry, Club, Membership, User

PAGE = 50
BLOCK = 500

DEEDS: dict[str, str | Promise] = {
    "enter_performance": gettext_lazy("performance entered"),
    "correct_performance": gettext_lazy("performance corrected"),
    "annul_performance": gettext_lazy("performance annulled"),
    "reinstate_performance": gettext_lazy("annulment taken back"),
    "merge_athletes": gettext_lazy("athletes merged"),
    "part_athletes": gettext_lazy("merge taken back"),
    "tell_athletes_apart": gettext_lazy("noted as two persons"),
    "transfer_athlete": gettext_lazy("athlete transferred"),
    "erase_athlete": gettext_lazy("athlete erased"),
    "appoint_guardian": gettext_lazy("guardian appointed"),
    "dismiss_guardian": gettext_lazy("guardian dismissed"),
    "apply_import": gettext_lazy("import applied"),
    "undo_import": gettext_lazy("import taken back"),
    "settle_people": gettext_lazy("said who is who in an import"),
    "change_policy": gettext_lazy("rules of the record book changed"),
    "write_biography": gettext_lazy("biography of an athlete changed"),
    "add_video": gettext_lazy("video of a performance added"),
    "remove_video": gettext_lazy("video of a performance removed"),
    "claim_record": gettext_lazy("record claimed"),
    "ratify_claim": gettext_lazy("record ratified"),
    "reject_claim": gettext_lazy("record claim rejected"),
    "rescind_claim": gettext_lazy("ratification rescinded"),
    "retire_claim": gettext_lazy("record retired"),
    "reopen_claim": gettext_lazy("record claim opened again"),
    "add_evidence": gettext_lazy("evidence added"),
    "remove_evidence": gettext_lazy("evidence removed"),
    "report_mark": gettext_lazy("mark reported"),
    "accept_report": gettext_lazy("report of a mark accepted"),
    "decline_report": gettext_lazy("report of a mark declined"),
    "withdraw_report": gettext_lazy("report of a mark withdrawn"),
    "enter_awards": gettext_lazy("medals entered"),
    "remove_award": gettext_lazy("medal removed"),
    "plan_ceremony": gettext_lazy("ceremony planned"),
    "change_ceremony": gettext_lazy("ceremony changed"),
    "cancel_ceremony": gettext_lazy("ceremony cancelled"),
    "choose_honours": gettext_lazy("honours of a ceremony chosen"),
    "drop_honour": gettext_lazy("honour taken off a ceremony"),
    "add_guest": gettext_lazy("guest added"),
    "add_honoured_guests": gettext_lazy("the honoured added as guests"),
    "remove_guest": gettext_lazy("guest removed"),
    "invite_guests": gettext_lazy("invitations to a ceremony sent"),
    "answer_invitation": gettext_lazy("invitation to a ceremony answered"),
    "note_attendance": gettext_lazy("attendance noted"),
    "set_medal_table": gettext_lazy("table of medals set"),
    "change_club": gettext_lazy("club settings changed"),
    "found_club": gettext_lazy("club founded"),
    "make_official_link": gettext_lazy("link for officials made"),
    "revoke_official_link": gettext_lazy("link for officials revoked"),
    "invite_person": gettext_lazy("person invited"),
    "send_invitation_again": gettext_lazy("invitation sent again"),
    "accept_invitation": gettext_lazy("invitation accepted"),
    "withdraw_invitation": gettext_lazy("invitation withdrawn"),
    "make_membership": gettext_lazy("membership begun"),
    "change_membership": gettext_lazy("role or time of a membership changed"),
    "end_membership": gettext_lazy("membership ended"),
    "make_token": gettext_lazy("API token made"),
    "revoke_token": gettext_lazy("API token revoked"),
    "add_webhook": gettext_lazy("webhook added"),
    "change_webhook": gettext_lazy("webhook changed"),
    "remove_webhook": gettext_lazy("webhook removed"),
    "renew_webhook_key": gettext_lazy("key of a webhook renewed"),
    "switch_off_webhook": gettext_lazy("webhook switched off: its address failed too often"),
    "replay_delivery": gettext_lazy("event sent to a webhook again"),
    "write_news": gettext_lazy("news written"),
    "change_news": gettext_lazy("news changed"),
    "publish_news": gettext_lazy("news published"),
    "remove_news": gettext_lazy("news removed"),
    "rebuild_records": gettext_lazy("bests and records derived again"),
    "give_consent": gettext_lazy("consent given"),
    "withdraw_consent": gettext_lazy("consent withdrawn"),
    "note_paper_consent": gettext_lazy("consent on paper: the full name may be shown"),
    "end_name_consent": gettext_lazy("consent ended: the full name may be shown no longer"),
    "link_account": gettext_lazy("whose account an athlete's is"),
    "rename_person": gettext_lazy("name of an account changed"),
    "delete_account": gettext_lazy("account deleted"),
    "reuse_refresh_token": gettext_lazy("used login refused: the session was ended"),
    "export_person": gettext_lazy("data of a person exported"),
    "tidy": gettext_lazy("old data cleared away"),
}
"""What was done, by the name under which it is kept; another name is shown as it is."""

_BY_HAND = {
    "add": gettext_lazy("{thing} added"),
    "change": gettext_lazy("{thing} changed"),
    "delete": gettext_lazy("{thing} deleted"),
}
"""Deeds of the admin, which keeps them as ``admin_<verb>_<model>``."""

_NO_CHANGES = ("read", "export_person", "give_consent", "withdraw_consent")
"""Looks, and what people decide about themselves."""
_FOR_CHIEFS = (
    "user ", "membership ", "invitation ", "official link ", "officiallink ", "token ", "apitoken ", "webhook ",
    "emailaddress ", "guardianship ", "consent ",
)  # fmt: skip
"""Deeds to the club's people: their addresses are the chief registrar's business."""


NOTHING = AuditEntry.objects.none()


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """What is asked of the log; '' and None stand for everything. ``target`` is '<kind> <id>'."""

    who: int | None = None
    what: str = ""
    target: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One deed in words. ``target`` is the address of the log of this object alone."""

    pk: int
    when: datetime
    who: str
    what: str
    thing: str
    url: str
    target: str
    fields: list[FieldChange]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """``older`` is the id before which the next page begins, None on the last."""

    items: list[Change]
    older: int | None


def log_of(club: Club, filters: ChangeFilters, *, chief: bool) -> QuerySet[AuditEntry]:
    """The deeds in ``club`` that fit, the newest first: those noted for the club, and those done to athletes of the
    club that are noted for no club. What was done to people and keys is for chief registrars."""
    mine = ClubSpell.objects.filter(club=club).annotate(
        named=Concat(Value("athlete "), Cast("athlete_id", CharField()), output_field=CharField())
    )
    found = AuditEntry.objects.filter(Q(club=club) | Q(club=None, target__in=mine.values("named")))
    found = found.exclude(action__in=_NO_CHANGES)
    if not chief:
        for kind in _FOR_CHIEFS:
            found = found.exclude(target__startswith=kind)
    if filters.who is not None:
        found = found.filter(by=filters.who)
    if filters.what:
        found = found.filter(action=filters.what)
    if filters.target:
        found = found.filter(target__in=targets_of(filters.target))
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return found.select_related("by").order_by("-pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def targets_of(target: str) -> list[str]:
    """``target`` as entries name it, and where it is a performance the other versions of it."""
    kind, _space, text = target.partition(" ")
    if kind != "performance" or not text.isdecimal() or len(text) > 18:
        return [target]
    one = Performance.objects.filter(pk=int(text)).first()
    return [f"performance {version.pk}" for version in versions_of(one)] if one else [target]


def change_page(found: QuerySet[AuditEntry], club: Club, *, before: int | None) -> ChangePage:
    """50 deeds older than ``before``; the thousandth page costs what the first does."""
    if before is not None:
        found = found.filter(pk__lt=before)
    entries = list(found[: PAGE + 1])
    shown = entries[:PAGE]
    return ChangePage(in_words(shown, club), shown[-1].pk if len(entries) > PAGE else None)


CHANGE_HEADER = (
    gettext_lazy("when"), gettext_lazy("who"), gettext_lazy("what"), gettext_lazy("of"), gettext_lazy("object"),
    gettext_lazy("fact"), gettext_lazy("before"), gettext_lazy("after"),
)  # fmt: skip


def change_rows(found: QuerySet[AuditEntry], club: Club) -> Iterator[list[str]]:
    """The whole log as CHANGE_HEADER, a line for each fact that changed."""
    entries = found.iterator(BLOCK)
    while block := list(islice(entries, BLOCK)):
        for one in in_words(block, club):
            head = [f"{timezone.localtime(one.when):%Y-%m-%d %H:%M:%S}", one.who, one.what, one.thing, one.target]
            for field in one.fields or [FieldChange("", "", "")]:
                yield [*head, field.label, field.before, field.after]


def actors_in(club: Club) -> list[tuple[int, str]]:
    """Who did something in the club's records: (id, name)."""
    seen = AuditEntry.objects.filter(club=club, by__isnull=False).order_by().values("by").distinct()
    return sorted(((one.pk, str(one)) for one in User.objects.filter(pk__in=seen)), key=lambda pair: pair[1])


def deeds_in(club: Club) -> list[tuple[str, str]]:
    """What was done there: (name, in words)."""
    seen = AuditEntry.objects.filter(club=club).exclude(action__in=_NO_CHANGES).order_by()
    names = seen.values_list("action", flat=True).distinct()
    return sorted(((name, deed_text(name)) for name in names), key=lambda pair: pair[1])


def deed_text(action: str) -> str:
    """In words: 'performance corrected'; of what was done in the admin 'athlete changed'."""
    if action in DEEDS:
        return str(DEEDS[action])
    _admin, verb, name = [*action.split("_", 2), "", ""][:3]
    model = next((one for one in apps.get_models() if one._meta.model_name == name), None)
    if not action.startswith("admin_") or verb not in _BY_HAND or model is None:
        return action.replace("_", " ")
    return str(_BY_HAND[verb]).format(thing=model._meta.verbose_name)


def in_words(entries: Sequence[AuditEntry], club: Club) -> list[Change]:
    """As many queries as there are kinds of things, and two; however many entries."""
    things = things_called(entry.target for entry in entries)
    accounts = accounts_in(entries)
    people = {entry.by_id for entry in entries if entry.club_id is None and entry.by_id}
    # Whoever did something for another club is named to that club alone.
    own = set(Membership.objects.filter(club=club, user__in=people).values_list("user", flat=True)) if people else set()
    return [
        Change(
            entry.pk,
            entry.at,
            str(entry.by) if entry.by and (entry.club_id or entry.by_id in own) else "",
            deed_text(entry.action),
            *things.get(entry.target, (entry.target, "")),
            entry.target,
            facts_of(entry, accounts),
        )
        for entry in entries
    ]
