"""Taking texts out of every table, however many there come to be: the tables are walked, not listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import CharField, F, Field, Func, IntegerField, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast, Length

from trackhub.clubs.actions.locking import account_digest
from trackhub.clubs.models import AuditEntry, LoginFailure, User

APPS = ("clubs", "records", "competitions", "federations", "wellness", "admin")
"""The apps whose texts people write; what accounts hold of a person goes with the account."""

THEIR_OWN = {"clubs.user", "clubs.club", "records.athlete", "records.externalid", "records.discipline"}
"""Tables whose short texts name themselves: whoever is called the same keeps the name there. What is told in their
long texts (TextField) is about others too."""


class Octets(Func):
    """The length in bytes: another than in characters where a text isn't plain ASCII."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **context)


@dataclass
class Redaction:
    """What was taken out of which tables, and the rows where nobody can say whom they mean."""

    changed: Counter[str] = field(default_factory=Counter)
    doubtful: list[str] = field(default_factory=list)


def redact_everywhere(
    redact: Callable[[str], str],
    *,
    anchors: Sequence[str],
    doubtful: Callable[[Model], bool] = lambda row: False,
    leave: Iterable[str] = (),
) -> Redaction:
    """Put every text of every table through ``redact``; rows that are ``doubtful`` are named instead of changed.

    A plain ASCII text is looked at only if it contains one of ``anchors``. ``leave`` names further tables
    ('app.model') that stay as they are. The caller holds the transaction.
    """
    done = Redaction()
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in APPS and label not in leave and model._meta.managed:
            fields = [one for one in model._meta.concrete_fields if _is_free_text(one, of_its_own=label in THEIR_OWN)]
            _redact_table(model, fields, redact, anchors, doubtful, done)
    return done


def _redact_table(
    model: type[Model],
    fields: Sequence[Field[Any, Any]],
    redact: Callable[[str], str],
    anchors: Sequence[str],
    doubtful: Callable[[Model], bool],
    done: Redaction,
) -> None:
    if not fields:
        return
    for row in _candidates(model, fields, anchors).iterator():
        new = {}
        for one in fields:
            before = getattr(row, one.attname)
            after = change_texts(before, redact)
            if after != before:
                new[one.attname] = after[: one.max_length] if isinstance(after, str) else after
        if new and doubtful(row):
            done.doubtful.append(f"{model._meta.model_name} {row.pk}")
        elif new:
            # A plain QuerySet, past the guards of rows that are never changed otherwise: the law wants it.
            QuerySet(model).filter(pk=row.pk).update(**new)
            done.changed[model._meta.label_lower] += 1


def _is_free_text(one: Field[Any, Any], *, of_its_own: bool) -> bool:
    kinds: Any = TextField if of_its_own else CharField | TextField | JSONField
    return isinstance(one, kinds) and not one.choices and not one.primary_key


def _candidates(
    model: type[Model], fields: Sequence[Field[Any, Any]], anchors: Sequence[str]
) -> QuerySet[Model, Model]:
    rows = model._default_manager.all()
    wanted = Q()
    for one in fields:
        text: Any = Cast(one.name, TextField()) if isinstance(one, JSONField) else F(one.name)
        rows = rows.alias(**{f"{one.name}_text": text})
        rows = rows.alias(**{f"{one.name}_beyond": Octets(F(f"{one.name}_text")) - Length(F(f"{one.name}_text"))})
        wanted |= Q(**{f"{one.name}_beyond__gt": 0})
        for anchor in (*anchors, "\\u") if isinstance(one, JSONField) else anchors:
            wanted |= Q(**{f"{one.name}_text__icontains": anchor})
    return rows.filter(wanted).order_by("pk").only("pk", *(one.name for one in fields))


def change_texts(value: Any, change: Callable[[str], str]) -> Any:
    """``value``, a text or JSON, with every text in it changed, keys too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [change_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {change(key): change_texts(one, change) for key, one in value.items()}
    return value


def redact_account(user: User) -> Redaction:
    """Take the addresses and the name of ``user`` out of what outlives the account: the audit trail, the jobs'
    messages, invitations, failed logins. Called in the transaction that deletes the account, before it goes.

    A name of one word, or one that another account bears too, stays in texts: it names nobody.
    """
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    for address in addresses:
        forget_address(address)
    texts = sorted(addresses, key=len, reverse=True)
    if " " in user.name and not User.objects.filter(name__iexact=user.name).exclude(pk=user.pk).exists():
        texts.append(user.name)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts), re.IGNORECASE)
    blank_entries(AuditEntry.objects.filter(target=f"user {user.pk}"))
    LoginFailure.objects.filter(account__in=[account_digest(address) for address in addresses]).delete()
    return redact_everywhere(
        lambda text: pattern.sub(f"account {user.pk}", text),
        anchors=[text.lower() for text in texts if text.isascii()],
        # An account's name proves no holder, and a biography is the athlete's.
        leave=("records.legacyrecord", "records.athlete"),
    )


def forget_address(address: str) -> None:
    """Delete the rows that are about one e-mail address: of each table that names its column as ``ADDRESSEE``."""
    for model in apps.get_models():
        if column := getattr(model, "ADDRESSEE", ""):
            QuerySet(model).filter(**{f"{column}__iexact": address}).delete()


def blank_entries(entries: QuerySet[AuditEntry]) -> None:
    """Leave of what ``entries`` say that it was done: to rows that nobody shall know any more."""
    for entry in entries:
        AuditEntry.objects.filter(pk=entry.pk).update(before=_blanked(entry.before), after=_blanked(entry.after))


def _blanked(said: dict[str, Any]) -> dict[str, Any]:
    """Numbers, which name nobody, stay."""
    return {name: value if isinstance(value, bool | int) else "erased" for name, value in said.items()}
