"""What a certificate says, on paper and on its public page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from records.domain.names import fold
from records.models import RecordClaim
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.figures import figures
from records.queries.lines import Faces, Line, Visitor, performance_line


@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim that was decided, as its page shows it. ``changed`` where the mark itself was corrected or annulled."""

    claim: RecordClaim
    line: Line
    category: str
    changed: bool
    reason: str
    """Why it was decided so; '' for all but the athlete and those who keep the book."""


def certificate_of(claim: RecordClaim, user: Visitor) -> Certificate:
    """For ``user``, who may not be one of those who see a hidden athlete's name."""
    mark = claim.performance
    line = performance_line(mark, Faces([mark], user))
    told = RecordClaim.objects.visible_to(user).filter(pk=claim.pk).exists()
    changed = mark.superseded_by_id is not None or mark.is_annulled
    return Certificate(claim, line, _category(claim), changed, claim.reason if told else "")


def _category(claim: RecordClaim) -> str:
    mark = claim.performance
    parts = [str(Sex(mark.sex).label), claim.age_group or _("all ages")]
    if mark.facility == Facility.INDOOR:
        parts.append(str(Facility.INDOOR.label))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def printed(certificate: Certificate) -> dict[str, str]:
    """The words of records.documents.certificates.certificate_pdf, in the active language."""
    claim, line = certificate.claim, certificate.line
    names = ", ".join(holder.name for holder in line.holders)
    club = claim.book.club
    day = date_format(claim.performance.day, {"year": "Y", "month": "F Y"}.get(line.precision, "DATE_FORMAT"))
    decided = date_format(claim.decided, "DATE_FORMAT") if claim.decided else ""
    return {
        "title": _("Certificate of record"),
        "club": club.name if club else str(claim.book),
        "book": claim.book.name if club and club.name != claim.book.name else "",
        "holder": names or line.team or line.club,
        "team": line.team if names else "",
        "mark": figures(claim.performance.mark) + (f" {_unit(line)}" if line.has_unit else ""),
        "discipline": line.discipline,
        "category": certificate.category,
        "wind": _("Wind {wind} m/s").format(wind=figures(line.wind)) if line.wind else "",
        "occasion": ", ".join(filter(None, (line.competition, line.venue, day))),
        "ratified": _("Ratified on {day}.").format(day=decided),
        "check": _("Scan the code to see whether this record still stands:"),
    }


def file_name(certificate: Certificate) -> str:
    """'100-m-sam-hill-2026-06-02', in ASCII: the discipline, who holds it, and the day as far as it is known."""
    line = certificate.line
    names = " ".join(holder.name for holder in line.holders) or line.team or line.club
    day = str(certificate.claim.performance.day)[: {"year": 4, "month": 7}.get(line.precision, 10)]
    return "-".join(filter(None, (slugify(fold(line.discipline)), slugify(fold(names))[:80], day)))


def _unit(line: Line) -> str:
    return {"time": "s", "points": _("points")}.get(line.measure, "m")
