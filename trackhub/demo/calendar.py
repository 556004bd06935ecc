"""Where and when the demo competes: the meetings of each country, every year the same and invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Kinds: open, evening (hand-timed), league, champs (with rounds), combined, indoor, indoor champs,
# indoor combined, xc, road, road walk.


@dataclass(frozen=True, slots=True)
class Meet:
    """A competition on its first day. `distances`: what a road race offers."""

    name: str
    venue: str
    country: str
    on: date
    kind: str
    distances: tuple[str, ...] = ()
    international: bool = False

    @property
    def environment(self) -> str:
        if self.kind.startswith("indoor"):
            return "Indoor"
        return "Road" if self.kind.startswith("road") else "Outdoor"


# (name, venue, month, day, weekday 0 = Monday, kind, distances)
_Template = tuple[str, str, int, int, int, str, tuple[str, ...]]
_MEETS: dict[str, tuple[_Template, ...]] = {
    "GBR": (
        ("New Year Indoor Open", "Kettleby Arena, Brackmouth", 1, 10, 6, "indoor", ()),
        ("Saltmarsh Schools & Clubs Cross-Country", "Gallows Hill, Portwyn", 1, 20, 5, "xc", ()),
        ("Northern Shires Indoor Championships", "Kettleby Arena, Brackmouth", 2, 6, 5, "indoor champs", ()),
        ("Brackmouth Indoor Multi-Events", "Kettleby Arena, Brackmouth", 2, 17, 5, "indoor combined", ()),
        ("Wyvern Cross-Country Championships", "Long Acre Meadows, Tolverton", 2, 24, 5, "xc", ()),
        ("Last Lap Indoor Open", "Kettleby Arena, Brackmouth", 3, 8, 6, "indoor", ()),
        ("Tolverton Half Marathon", "Tolverton", 3, 20, 6, "road", ("HM", "10K")),
        ("Portwyn Marathon", "Portwyn Harbour", 4, 12, 6, "road", ("MAR", "5K")),
        ("Harbour Spring Open", "Saltmarsh Park, Portwyn", 4, 20, 5, "open", ()),
        ("Three Rivers League, Match 1", "Saltmarsh Park, Portwyn", 5, 4, 5, "league", ()),
        ("Portwyn County Championships", "Highfield Track, Tolverton", 5, 15, 5, "champs", ()),
        ("Wednesday Open, May", "Saltmarsh Park, Portwyn", 5, 27, 2, "evening", ()),
        ("Three Rivers League, Match 2", "Highfield Track, Tolverton", 6, 6, 5, "league", ()),
        ("Wyvern Combined Events", "Highfield Track, Tolverton", 6, 20, 5, "combined", ()),
        ("Lantern Mile Night", "Saltmarsh Park, Portwyn", 6, 25, 2, "open", ()),
        ("Three Rivers League, Match 3", "Castle Fields, Ellerwick", 7, 8, 5, "league", ()),
        ("Northern Shires Championships", "Castle Fields, Ellerwick", 7, 18, 5, "champs", ()),
        ("Wednesday Open, July", "Saltmarsh Park, Portwyn", 7, 28, 2, "evening", ()),
        ("Ellerwick Gala", "Castle Fields, Ellerwick", 8, 8, 6, "open", ()),
        ("Three Rivers Cup Final", "Castle Fields, Ellerwick", 8, 22, 5, "champs", ()),
        ("Harriers Club Championships", "Saltmarsh Park, Portwyn", 9, 9, 5, "open", ()),
        ("Lighthouse 10K", "Portwyn Harbour", 9, 25, 6, "road", ("10K", "5K")),
        ("Old Railway Ten", "Ellerwick", 10, 18, 6, "road", ("10M",)),
        ("Canal Towpath Walks", "Tolverton", 10, 25, 6, "road walk", ("5KW", "10KW", "20KW")),
        ("Bonfire Cross-Country", "Gallows Hill, Portwyn", 11, 7, 5, "xc", ()),
    ),
    "ESP": (
        ("Cross del Molino", "Dehesa del Molino, Río Claro", 1, 14, 6, "xc", ()),
        ("Control de Invierno", "La Alameda, Valdehuerta", 1, 24, 5, "indoor", ()),
        ("Provincial de Pista Cubierta", "La Alameda, Valdehuerta", 2, 7, 5, "indoor champs", ()),
        ("Pruebas Combinadas de Invierno", "La Alameda, Valdehuerta", 2, 19, 5, "indoor combined", ()),
        ("Cross de los Almendros", "Vega de Peñarrubia", 2, 25, 6, "xc", ()),
        ("Trofeo Pista Cubierta La Alameda", "La Alameda, Valdehuerta", 3, 6, 5, "indoor", ()),
        ("Gran Premio de Marcha de Peñarrubia", "Peñarrubia", 3, 15, 6, "road walk", ("5KW", "10KW", "20KW")),
        ("Media Maratón del Río Claro", "Río Claro", 3, 25, 6, "road", ("HM", "10K")),
        ("Apertura al Aire Libre", "Estadio El Olivar, Río Claro", 4, 12, 5, "open", ()),
        ("Maratón de Valdehuerta", "Valdehuerta", 4, 22, 6, "road", ("MAR", "10K")),
        ("Liga de Clubes, 1.ª jornada", "Estadio El Olivar, Río Claro", 5, 3, 5, "league", ()),
        ("Control de Primavera", "Pistas de la Cañada, Peñarrubia", 5, 12, 2, "evening", ()),
        ("Campeonato Provincial", "Pistas de la Cañada, Peñarrubia", 5, 20, 5, "champs", ()),
        ("Liga de Clubes, 2.ª jornada", "Estadio Las Moreras, Valdehuerta", 5, 30, 5, "league", ()),
        ("Trofeo de Pruebas Combinadas El Olivar", "Estadio El Olivar, Río Claro", 6, 9, 5, "combined", ()),
        ("Campeonato de la Sierra", "Estadio Las Moreras, Valdehuerta", 6, 20, 5, "champs", ()),
        ("Noche del 1500", "Estadio El Olivar, Río Claro", 6, 27, 4, "open", ()),
        ("Liga de Clubes, final", "Estadio Las Moreras, Valdehuerta", 7, 5, 5, "league", ()),
        ("Memorial de la Cañada", "Pistas de la Cañada, Peñarrubia", 7, 15, 5, "open", ()),
        ("Control de Verano", "Estadio El Olivar, Río Claro", 7, 23, 2, "evening", ()),
        ("Campeonato Interprovincial", "Estadio El Olivar, Río Claro", 7, 29, 5, "champs", ()),
        ("Trofeo Otoño", "Estadio El Olivar, Río Claro", 9, 19, 5, "open", ()),
        ("Milla y 5K de la Vendimia", "Peñarrubia", 9, 28, 6, "road", ("5K", "10K")),
        ("Diez Millas del Azahar", "Río Claro", 10, 18, 6, "road", ("10M", "5K")),
        ("Cross de la Castaña", "Dehesa del Molino, Río Claro", 11, 14, 6, "xc", ()),
    ),
    "POR": (
        ("Corta-Mato do Outeiro", "Quinta do Outeiro, Monte Azul", 1, 12, 6, "xc", ()),
        ("Torneio de Abertura de Pista Coberta", "Pavilhão da Ribeira, São Telmo", 1, 22, 5, "indoor", ()),
        ("Distrital de Pista Coberta", "Pavilhão da Ribeira, São Telmo", 2, 5, 5, "indoor champs", ()),
        ("Provas Combinadas da Ribeira", "Pavilhão da Ribeira, São Telmo", 2, 18, 5, "indoor combined", ()),
        ("Corta-Mato das Cegonhas", "Lezíria de Vale Formoso", 2, 26, 6, "xc", ()),
        ("Meeting da Ribeira", "Pavilhão da Ribeira, São Telmo", 3, 5, 5, "indoor", ()),
        ("Grande Prémio de Marcha de São Telmo", "São Telmo", 3, 14, 6, "road walk", ("5KW", "10KW", "20KW")),
        ("Meia Maratona da Serra Azul", "Monte Azul", 3, 27, 6, "road", ("HM", "10K")),
        ("Torneio da Primavera", "Estádio do Outeiro, Monte Azul", 4, 10, 5, "open", ()),
        ("Maratona de Vale Formoso", "Vale Formoso", 4, 24, 6, "road", ("MAR", "10K")),
        ("Taça de Clubes, 1.ª jornada", "Estádio do Outeiro, Monte Azul", 5, 2, 5, "league", ()),
        ("Noite das Estafetas", "Pista da Lezíria, Vale Formoso", 5, 13, 2, "evening", ()),
        ("Campeonato Distrital", "Pista da Lezíria, Vale Formoso", 5, 22, 5, "champs", ()),
        ("Taça de Clubes, 2.ª jornada", "Estádio da Praia Velha, São Telmo", 6, 1, 5, "league", ()),
        ("Provas Combinadas do Outeiro", "Estádio do Outeiro, Monte Azul", 6, 11, 5, "combined", ()),
        ("Campeonato Regional do Sul", "Estádio da Praia Velha, São Telmo", 6, 21, 5, "champs", ()),
        ("Meeting de São João", "Estádio do Outeiro, Monte Azul", 6, 28, 2, "open", ()),
        ("Taça de Clubes, final", "Pista da Lezíria, Vale Formoso", 7, 6, 5, "league", ()),
        ("Meeting da Praia Velha", "Estádio da Praia Velha, São Telmo", 7, 14, 5, "open", ()),
        ("Torneio ao Luar", "Estádio do Outeiro, Monte Azul", 7, 21, 2, "evening", ()),
        ("Campeonato da Planície", "Pista da Lezíria, Vale Formoso", 7, 27, 5, "champs", ()),
        ("Torneio das Vindimas", "Estádio do Outeiro, Monte Azul", 9, 18, 5, "open", ()),
        ("Légua da Ponte Romana", "Vale Formoso", 9, 27, 6, "road", ("5K", "10K")),
        ("Dez Milhas do Mar", "São Telmo", 10, 17, 6, "road", ("10M", "5K")),
        ("Corta-Mato de São Martinho", "Quinta do Outeiro, Monte Azul", 11, 11, 6, "xc", ()),
    ),
}
# Where the three clubs meet; the host changes by the year.
_CUP = "Atlantic Clubs Cup"
_CUP_VENUES = (
    ("Saltmarsh Park, Portwyn", "GBR"),
    ("Estadio El Olivar, Río Claro", "ESP"),
    ("Estádio do Outeiro, Monte Azul", "POR"),
)


def meets_between(first: date, last: date) -> list[Meet]:
    """Every meeting of the days from `first` to `last`, in order; no day knows a competition twice."""
    meets: list[Meet] = []
    for year in range(first.year, last.year + 1):
        for country, templates in _MEETS.items():
            for name, venue, month, day, weekday, kind, distances in templates:
                on = _next_weekday(date(year, month, day), weekday)
                meets.append(Meet(name, venue, country, on, kind, distances))
        venue, country = _CUP_VENUES[year % 3]
        meets.append(Meet(_CUP, venue, country, _next_weekday(date(year, 6, 13), 5), "champs", (), True))
    # A second day, on which finals are run, has to be over as well.
    within = [meet for meet in meets if first <= meet.on and meet.on + timedelta(days=1) <= last]
    return sorted(within, key=lambda meet: (meet.on, meet.name))


def _next_weekday(on: date, weekday: int) -> date:
    return on + timedelta(days=(weekday - on.weekday()) % 7)
