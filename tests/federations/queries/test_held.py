"""What an address is known by goes with its account, and is in its owner's export until then."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress

from federations.models import DigestSubscription, NewsItem
from records.queries.personal import personal_export, subject_of
from tests.factories import NOW, UserFactory
from tests.federations.news import news
from trackhub.clubs.actions.accounts import delete_account
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def test_an_account_takes_its_subscriptions_with_it(harbour: Club) -> None:
    user = UserFactory(email="gordon@example.org", name="Gordon Gone")
    EmailAddress.objects.create(user=user, email="Second@example.org", verified=True)
    for email in ("gordon@example.org", "second@example.org", "somebody@example.org"):
        DigestSubscription.objects.create(email=email, locale="en", asked=NOW, confirmed=NOW, club=harbour)
    item = news(harbour, by=user, body="Gordon Gone has run the whole of it alone.")
    with personal_export(subject_of(user), at=NOW) as zipped, ZipFile(zipped) as archive:
        digests = json.loads(archive.read("digests.json"))
        written = json.loads(archive.read("news_written.json"))
    assert sorted(one["email"] for one in digests) == ["gordon@example.org", "second@example.org"]
    assert [one["id"] for one in written] == [item.pk]
    number = user.pk
    delete_account(user, at=NOW)
    assert DigestSubscription.objects.get().email == "somebody@example.org"
    item = NewsItem.objects.get()
    assert (item.author, item.body) == (None, f"account {number} has run the whole of it alone.")
