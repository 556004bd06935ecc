"""Every clock of the site: how long each app keeps what it doesn't need for ever."""

from __future__ import annotations

from federations.actions.retention import CLOCKS as OF_FEDERATIONS
from records.actions.retention import CLOCKS as OF_RECORDS
from trackhub.clubs.actions.retention import CLOCKS as OF_CLUBS

ALL_CLOCKS = (*OF_CLUBS, *OF_RECORDS, *OF_FEDERATIONS)
