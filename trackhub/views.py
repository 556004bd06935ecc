"""The roof's own pages: home, and what load balancers ask."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from records.queries.boards import clubs_at_a_glance, latest_performances, latest_records


def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "records": latest_records(request.user, today=today),
        "performances": latest_performances(request.user, today=today),
        "clubs": clubs_at_a_glance(size=12),
    }
    return render(request, "home.html", context)


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse(
            {"error": "not_ready", "message": "The database doesn't answer.", "details": {}}, status=503
        )
    if waiting:
        names = [str(migration) for migration, _backwards in waiting]
        message = f"{len(names)} migrations are waiting."
        details = {"migrations": names}
        return JsonResponse({"error": "not_ready", "message": message, "details": details}, status=503)
    return JsonResponse({"status": "ready"})
