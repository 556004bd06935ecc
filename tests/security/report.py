"""``python -m tests.security.report [--write]``: what docs/security.md shows, worked out from the code itself.

The access matrix comes from the tables that tests/test_access.py, tests/test_access_api.py and
tests/test_access_tokens.py hold to be true; the headers are answers of the site under production settings, which a second process makes with an empty database; the
limits are the settings'. ``--write`` puts it into docs/security.md, without it everything is printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackhub.settings")

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- report: python -m tests.security.report --write -->", "<!-- end of the report -->"
HOST = "club.example"
PAGES = {
    "/": "home",
    "/clubs/harbour/": "a club's page",
    "/accounts/login/": "login",
    "/api/v1/athletes/": "a list of the API",
    "/admin/login/": "the admin's door, which leads to the login",
    "/static/css/site.css": "a static file",
}
HEADERS = (
    "Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options",
    "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
    "Cache-Control", "Vary",
)  # fmt: skip
SHORT = {
    "anonymous": "anonymous", "charlie": "other club's chief", "chief_registrar": "chief", "registrar": "registrar",
    "official": "official", "starter": "starter", "coach": "coach", "athlete": "athlete", "viewer": "viewer",
    "superuser": "administrator",
}  # fmt: skip

# Runs in the process with production settings: {"pages": {address: [status, headers]}, "cookies": {…}}.
_PROBE = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
settings.STATIC_ROOT = Path(settings.VAR_DIR) / "staticfiles"
# Packing the scripts of the API's documentation takes most of the time and changes no header.
settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("js", "map", "svg", "png", "json", "txt")
call_command("collectstatic", verbosity=0, interactive=False)
call_command("migrate", verbosity=0)
from django.utils import timezone
from records.actions.founding import found_club
from trackhub.clubs.models import User
from django.templatetags.static import static
found_club("Harbour AC", by=None, at=timezone.now(), slug="harbour")
client = Client(headers={"Host": sys.argv[1]})
pages = {}
for address in json.loads(sys.argv[2]):
    asked = static(address.removeprefix("/static/")) if address.startswith("/static/") else address
    answer = client.get(asked, secure=True)
    answer.close()
    pages[address] = [answer.status_code, dict(answer.headers)]
person = User.objects.create_user(email="a@example.org", password="three fast laps")
from allauth.account.models import EmailAddress
EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
said = {"login": person.email, "password": "three fast laps"}
client.post("/accounts/login/", said, secure=True)
client.get("/language/", {"language": "es"}, secure=True)
cookies = {n: {k: c[k] for k in ("secure", "httponly", "samesite", "domain", "path")} for n, c in client.cookies.items()}
plain = Client(headers={"Host": sys.argv[1]}).get("/clubs/")
print(json.dumps({"pages": pages, "cookies": cookies, "plain": [plain.status_code, plain["Location"]]}))
"""


def production_answers() -> dict[str, dict[str, object]]:
    """What the site says under production settings, with an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="trackhub-report-") as folder:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        production = {
            "TRACKHUB_ENV": "production",
            "SECRET_KEY": "only-for-the-report-" * 4,
            "ALLOWED_HOSTS": HOST,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'report.sqlite3'}",
            "EMAIL_URL": "memorymail://",
            "TRACKHUB_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "trackhub.settings",
            "LOG_LEVEL": "ERROR",
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, HOST, json.dumps(list(PAGES))],
            env=kept | production,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    answers: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def matrix(rows: Iterable[tuple[str, str, tuple[int, ...]]], visitors: Sequence[str]) -> str:
    head = ["", "route", *(SHORT.get(one, one) for one in visitors)]
    return table(head, ([method.upper(), f"`{route}`", *statuses] for method, route, statuses in rows))


def _in_order(header: str, value: str) -> str:
    """Directives and names stand in no order of their own."""
    between = {"Content-Security-Policy": "; ", "Vary": ", ", "Cache-Control": ", "}.get(header)
    return between.join(sorted(value.split(between))) if between else value


def header_report(answers: dict[str, dict[str, object]]) -> str:
    """Each header: its value, and the pages that have another one or none."""
    pages: dict[str, tuple[int, dict[str, str]]] = answers["pages"]  # type: ignore[assignment]
    rows = []
    for header in HEADERS:
        by_value: dict[str, list[str]] = {}
        for address, (_status, headers) in pages.items():
            value = next((said for name, said in headers.items() if name.lower() == header.lower()), "—")
            by_value.setdefault(_in_order(header, value), []).append(f"`{address}`")
        for value, where in by_value.items():
            rows.append((header, value, "all" if len(where) == len(pages) else ", ".join(where)))
    asked = table(("address", "is", "status"), ((f"`{one}`", PAGES[one], pages[one][0]) for one in PAGES))
    cookies: dict[str, dict[str, object]] = answers["cookies"]
    flags = table(
        ("cookie", "Secure", "HttpOnly", "SameSite"),
        (
            (f"`{name}`", *("yes" if said[flag] else "no" for flag in ("secure", "httponly")), said["samesite"] or "—")
            for name, said in sorted(cookies.items())
        ),
    )
    return f"{asked}\n{table(('header', 'value', 'at'), rows)}\n{flags}"


def limits() -> str:
    from django.conf import settings  # noqa: PLC0415  # settings are read after the arguments

    def said(pair: tuple[int, int]) -> str:
        return f"{pair[0]} in {pair[1]} s"

    api = [(f"API: {name}", said(each["anonymous"]), said(each["known"])) for name, each in settings.API_LIMITS.items()]
    accounts = [
        (name.replace("_", " "), rule)
        for name, rule in {**settings.ACCOUNT_RATE_LIMITS, **settings.MFA_RATE_LIMITS}.items()
        if rule
    ]
    mails = [(f"invitations by mail: one {name}", said(limit)) for name, limit in settings.INVITATION_LIMITS.items()]
    mails += [(f"links to the weekly mail: one {name}", said(limit)) for name, limit in settings.DIGEST_LIMITS.items()]
    sizes = [
        ("largest file of an import", f"{settings.IMPORT_MAX_BYTES // 1024**2} MB"),
        ("largest body without files", f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2} MB"),
        ("session of registrars, officials, administrators", f"{settings.STAFF_IDLE_MINUTES} minutes idle"),
        ("session of everybody else", f"{settings.MEMBER_IDLE_DAYS} days idle"),
        ("access token", f"{settings.HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN} s"),
        ("refresh token", f"{settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN // 86_400} days, once"),
    ]
    return "\n".join(
        (
            table(("requests", "per address without a login", "per person or token"), api),
            table(("accounts", "per"), [*accounts, *mails]),
            table(("other limits", ""), sizes),
        )
    )


def report(answers: dict[str, dict[str, object]] | None = None) -> str:
    """All of it as Markdown."""
    from tests import test_access, test_access_api, test_access_tokens  # noqa: PLC0415  # they import models

    visitors = test_access.VISITORS
    return "\n".join(
        (
            "### Who may open what\n",
            "Pages. 302 leads to the login, or on after a change; 422 is an empty form sent back: whoever gets it may.\n",
            matrix(test_access.TABLE, visitors),
            "The API, as a browser's session.\n",
            matrix(test_access_api.TABLE, visitors),
            "The API by a chief registrar's token.\n",
            matrix(test_access_tokens.TOKENS, ("a token to read", "to read and change", "unknown")),
            "### Headers and cookies under production settings\n",
            header_report(answers or production_answers()),
            "### Limits\n",
            limits(),
        )
    )


def written(document: str, new: str) -> str:
    """``document`` with ``new`` between the markers."""
    before, _begin, rest = document.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{new.strip()}\n\n{END}{after}"


def main() -> None:
    import django  # noqa: PLC0415  # tests call the functions above in a Django of their own

    django.setup()
    made = report()
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), made), encoding="utf-8")
    else:
        sys.stdout.write(made)


if __name__ == "__main__":
    main()
