"""The shapes of the ground."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from trackhub.clubs.actions.club_settings import FREE_SETTINGS
from trackhub.clubs.api import examples
from trackhub.clubs.models import Club, Role, Scope, ShownAs
from trackhub.clubs.rest.schema import example

Shape = serializers.Serializer[Any]


@example(examples.CLUB)
class ClubShape(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)
    town = serializers.CharField(allow_blank=True)
    colour = serializers.CharField(allow_blank=True)
    season_start = serializers.IntegerField(help_text="The first month of the season.")


@example(examples.SETTINGS)
class SettingsShape(ClubShape):
    minors_shown_as = serializers.ChoiceField(
        ShownAs.choices, help_text="Of athletes under 18, the most that the public sees; a full name takes a consent."
    )
    second_factor_required = serializers.BooleanField(
        help_text="Whoever keeps records or results here logs in with a second factor."
    )


@example(examples.CHANGED_SETTINGS, request=True)
class ChangedSettingsShape(serializers.ModelSerializer[Club]):
    class Meta:
        model = Club
        fields = FREE_SETTINGS


@example(examples.NEW_LINK, request=True)
class NewLinkShape(Shape):
    place = serializers.CharField(max_length=80, help_text="The pit or court.")
    day = serializers.DateField(help_text="Today or later, in the site's time zone.")


@example(examples.LINK)
class LinkShape(Shape):
    id = serializers.IntegerField()
    place = serializers.CharField()
    day = serializers.DateField()
    address = serializers.CharField(allow_null=True, help_text="Null once it opens nothing any more.")
    by = serializers.CharField(allow_null=True, help_text="Who made it.")
    created = serializers.DateTimeField()
    revoked = serializers.DateTimeField(allow_null=True)


@example(examples.MEMBERSHIP)
class MyMembershipShape(Shape):
    club = serializers.CharField()
    role = serializers.ChoiceField(Role.values)
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)


@example(examples.ME)
class MeShape(Shape):
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    is_site_administrator = serializers.BooleanField()
    memberships = MyMembershipShape(many=True)


@example(examples.NAME, request=True)
class MyNameShape(Shape):
    name = serializers.CharField(max_length=120, allow_blank=True)


@example(examples.TOKEN)
class TokenShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins, after th_.")
    scope = serializers.ChoiceField(Scope.values)
    club = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    last_used = serializers.DateTimeField(allow_null=True)
    revoked = serializers.DateTimeField(allow_null=True)


@example(examples.NEW_TOKEN, request=True)
class NewTokenShape(Shape):
    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(Scope.values, default=Scope.READ)
    club = serializers.SlugField(required=False, allow_null=True, help_text="Bound to this club of yours.")
    days = serializers.IntegerField(min_value=1, max_value=366, default=90)


@example(examples.MADE_TOKEN)
class MadeTokenShape(TokenShape):
    key = serializers.CharField(help_text="Shown this once.")


@example(examples.MEMBER)
class MemberShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.values)
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)


@example(examples.TERMS, request=True)
class TermsShape(Shape):
    role = serializers.ChoiceField(Role.values)
    starts = serializers.DateField(required=False, allow_null=True, default=None)
    ends = serializers.DateField(required=False, allow_null=True, default=None)


@example(examples.INVITATION)
class InvitationShape(Shape):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.values)
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()


@example(examples.OFFER)
class OfferShape(InvitationShape):
    club = serializers.CharField()


@example(examples.NEW_INVITATION, request=True)
class NewInvitationShape(TermsShape):
    email = serializers.EmailField(max_length=254)


@example(examples.EVENT)
class EventShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    club = serializers.CharField(allow_null=True)
    payload = serializers.DictField()


@example(examples.NEW_WEBHOOK, request=True)
class NewWebhookShape(Shape):
    url = serializers.CharField(max_length=500, help_text="https, and reachable from the internet.")
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, help_text="Empty: every kind."
    )


@example(examples.CHANGED_WEBHOOK, request=True)
class ChangedWebhookShape(Shape):
    url = serializers.CharField(max_length=500, required=False)
    kinds = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    active = serializers.BooleanField(required=False)


@example(examples.WEBHOOK)
class WebhookShape(Shape):
    id = serializers.IntegerField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    created = serializers.DateTimeField()
    key = serializers.CharField(help_text="Signs the messages; docs/webhooks.md says how to check them.")


@example(examples.DELIVERY)
class DeliveryShape(Shape):
    id = serializers.IntegerField()
    event = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(["waiting", "delivered", "dead"])
    attempts = serializers.IntegerField()
    due = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    delivered = serializers.DateTimeField(allow_null=True)
