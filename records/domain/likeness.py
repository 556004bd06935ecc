"""How much two athletes look like one person, and why, in reasons that a registrar can weigh.

The name must be alike before anything else counts; then evidence is added and taken away. A birth date with day and
month swapped is a likely slip of whoever typed it, and still never enough by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rapidfuzz.distance import OSA

from records.domain.names import fold

SHOWN = 50
"""The score, of 100, from which a pair is shown to a registrar."""

# One line for each name: its short and everyday forms in English, Spanish and Portuguese. Typed by us from common
# knowledge; a form may stand in several lines. Folded: no accents.
_NICKNAMES = """
abigail abby gail
agustin tin
albert alberto al bert bertie beto
alexander alejandro alexandre alex alec sandy xander ale jandro xande
alexandra alejandra alex sandra sandy lexi ale xanda
alfred alfredo alf fred alfie
amanda mandy
andrew andres andre andy drew dre
anthony antonio tony toni tonio tonho toninho ant
barbara barb babs barbie
benjamin benjamim ben benny benji benja
beatriz beatrice bea bia trix
carlos charles charlie chuck charly carlitos carlinhos chaz
carolina caroline carol caro carrie lina
catherine katherine kathryn catalina catarina cathy kathy kate katie kat cat kitty cata
christian cristian chris cris
christina cristina christine chris cris tina chrissy
christopher cristobal cristovao chris kit topher
concepcion concha conchita
consuelo chelo
cynthia cindy
daniel dan danny dani
daniela daniele dani
david dave davey davi
deborah debora deb debbie
dolores lola loli
donald don donny
dorothy dot dottie dolly
edward eduardo ed eddie ted teddy ned edu dudu
eleanor leonor ellie nell nora leo
elizabeth isabel isabella elisabete liz lizzie beth betty eliza bess betsy libby lisa isa bel isabela
emily emilia em emmy emi
enrique henrique henry harry hank quique kike rique
eugene eugenio gene
fernanda fer nanda
fernando fer nando
francis francisco frank frankie paco pancho curro fran chico quico kiko paquito cisco
francisca frances fran fanny paca paqui chica
frederick frederico federico fred freddie fredy fede fredo lico
gabriel gabe gabi gabo
gabriela gabrielle gabi gaby
george jorge jordi geo coque
gerald gerardo gerry jerry
gonzalo goncalo gonza chalo
gregory gregorio greg goyo
guadalupe lupe lupita
guillermo guilherme william will bill billy willy willie liam memo guille gui wil
gustavo gus guga
helen helena elena ellie nell nena leni lena
ignacio inacio nacho iggy
isaac ike
jacob jacobo jake
james jaime jim jimmy jamie tiago diego santiago santi
janet jan
jennifer jen jenny jenn
jeremy jeremias jerry jem
jesus chus chuy suso
jessica jess jessie
joanna joana juana jo joan
john juan joao jack johnny jon jonny juanito joaozinho johnnie
jonathan jon jonny johnny nathan
joaquin joaquim quino quim joao
jose joseph pepe ze joe joey chepe pepito zeca zezinho josh
josefa josephine josefina pepa pepita jo josie fina
joshua josh
juliana julia juli jules
kenneth ken kenny
kimberly kim
lawrence lorenzo lourenco larry laurie lencho
leonard leonardo leo len lenny leon
louis luis luiz lou lewis lucho luisito luizinho
luciana lucia lucy lu luci
magdalena madalena magda lena maggie
manuel manuela manolo manu manny manel maneco lolo
margaret margarita margarida maggie meg peggy marge greta rita guida daisy
maria mary marie mia molly mari maruja mariquita mariazinha
mark marcos marco marcus marc
martha marta marty
martin marty tincho
matthew mateo mateus matheus matt matty teo
maximilian maximiliano maximo max maxi
mercedes merche meche
michael miguel mike mick mickey micky migue guel
michelle michele shelly
mohammed muhammad mohamed mohammad mo muhamed
montserrat montse
nathaniel nathan nate nat
nicholas nicolas nicolau nick nicky nico klaus
nicole nicola nicky nic
olivia liv livvy
pamela pam
patricia pat patty tricia trish pati paty
patrick patricio pat paddy rick pato
paul pablo paulo pablito paulinho
pedro peter pete perico pedrinho
philip felipe filipe phillip phil pip fe lipe
pilar pili
rachel raquel rach
rafael raphael rafa ralph rafi
raymond ramon ray moncho mundo raimundo
rebecca rebeca becky becca beca
richard ricardo rick ricky dick rich richie rico riki
robert roberto rob bob bobby robbie bert beto robin tito
rodrigo rod rodri digo
ronald ronaldo ron ronnie
rosario charo
roy rogelio rogerio roger
russell russ
salvador sal chava
samuel samantha sam sammy
sarah sara sally
sebastian sebastiao seb bastian seba tiao
sergio serge checo
sofia sophia sophie sofi
soledad sole
stephen steven esteban estevao stefan steve stevie
stephanie estefania steph fani
susan susana suzanne susana sue suzy susie susi
teresa theresa terry tess tere teca
terence terry
theodore teodoro ted teddy theo teo
thomas tomas tom tommy tomi
timothy timoteo tim timmy
valentina valeria vale val
vanessa nessa
vicente vincent vicent vince vin vinny chente
victor vic vitor
victoria vitoria vicky vicki tori vic
vinicius vini
virginia ginny gina
walter walt wally gualter
zachary zac zach zack
"""


def _by_form() -> dict[str, frozenset[str]]:
    """The lines (by their first name) in which a form stands."""
    found: dict[str, set[str]] = {}
    for line in _NICKNAMES.strip().splitlines():
        names = line.split()
        for name in names:
            found.setdefault(name, set()).add(names[0])
    return {name: frozenset(lines) for name, lines in found.items()}


NICKNAMES = _by_form()
"""By a folded given name, the names that it may be a form of."""

# How alike names are, by what makes them so.
_NAME_WEIGHTS = {
    "same_name": 60, "same_words": 56, "nickname": 52, "slip": 50, "transposed_slip": 45, "shorter_name": 48,
    "initial": 40,
}  # fmt: skip
_BOTH_PARTS_DIFFER = 10


@dataclass(frozen=True)
class Face:
    """What is known of one athlete, as far as likeness needs it.

    ``ids`` are (source, id) pairs; ``days`` the places competed at by day; ``marks`` what tells one result from
    another: (day, discipline, value).
    """

    given: str
    family: str
    sex: str
    born: date | None = None
    precision: str = "unknown"
    ids: frozenset[tuple[str, str]] = frozenset()
    days: Mapping[date, frozenset[str]] = field(default_factory=dict)
    marks: frozenset[tuple[date, int, int]] = frozenset()

    @cached_property
    def given_words(self) -> tuple[str, ...]:
        return tuple(fold(self.given).split())

    @cached_property
    def family_words(self) -> tuple[str, ...]:
        return tuple(fold(self.family).split())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the name in an order that says nothing."""
        return tuple(sorted(self.family_words + self.given_words))

    @cached_property
    def forwards(self) -> str:
        return "".join(self.family_words + self.given_words)

    @cached_property
    def backwards(self) -> str:
        return "".join(self.given_words + self.family_words)


@dataclass(frozen=True)
class Reason:
    """One piece of evidence. ``weight`` is for (above 0) or against; records.sentences has the sentence of ``code``."""

    code: str
    weight: int
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Likeness:
    """``score`` from 0 to 100 and the reasons, the weightiest first. Without a likeness of names there is neither."""

    score: int
    reasons: tuple[Reason, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.score >= SHOWN


def name_keys(face: Face) -> Iterator[tuple[object, ...]]:
    """Whoever looks like one person shares one of these at least, unless two slips fall together."""
    given, family = face.given_words, face.family_words
    words = sorted(given + family)
    yield "words", *words
    if face.born:
        yield "day", face.born
        for word in words:
            yield "year", word, face.born.year
    if given and family:
        yield "slip in the given name", family[0], given[0][:1]
        yield "slip in the given name", family[-1], given[0][:1]
        yield "slip in the family name", given[0], family[0][:1]
        for name in NICKNAMES.get(given[0], ()):
            yield "nickname", family[-1], name


def likeness(one: Face, other: Face) -> Likeness:
    """How much ``one`` and ``other`` look like one person; the same whichever comes first."""
    if one.sex != other.sex:
        return Likeness(0, (Reason("other_sex", -100),))
    name = _names(one, other)
    if name is None:
        return Likeness(0)
    evidence = (_births(one, other), _ids(one, other), _same_mark(one, other), _two_places(one, other))
    reasons = [name, *(reason for reason in evidence if reason is not None)]
    score = sum(reason.weight for reason in reasons)
    return Likeness(max(0, min(100, score)), tuple(sorted(reasons, key=lambda reason: -abs(reason.weight))))


def _names(one: Face, other: Face) -> Reason | None:
    """What makes the names alike, None where nothing does."""
    family = _family(one.family_words, other.family_words)
    given = _given(one.given_words, other.given_words)
    found = []
    if family and given:
        code = min(family, given, key=lambda grade: _NAME_WEIGHTS[grade])
        twice = "same_name" not in (family, given)
        found.append(Reason(code, _NAME_WEIGHTS[code] - _BOTH_PARTS_DIFFER * twice))
    if one.words == other.words:
        found.append(Reason("same_words", _NAME_WEIGHTS["same_words"]))
    elif not found and one.given_words and other.given_words and _is_turned_slip(one, other):
        found.append(Reason("transposed_slip", _NAME_WEIGHTS["transposed_slip"]))
    return max(found, key=lambda reason: reason.weight, default=None)


def _is_turned_slip(one: Face, other: Face) -> bool:
    """Given and family name in each other's place, and a slip besides."""
    return any(_is_slip(a.forwards, b.backwards) for a, b in ((one, other), (other, one)))


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if "".join(one) == "".join(other):
        return "same_name"
    if one and other and (set(one) <= set(other) or set(other) <= set(one)):
        return "shorter_name"
    return "slip" if _is_slip("".join(one), "".join(other)) else ""


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if "".join(one) == "".join(other):
        return "same_name"
    if not one or not other:
        return "initial"
    if set(one) <= set(other) or set(other) <= set(one):
        return "shorter_name"
    if NICKNAMES.get(one[0], frozenset()) & NICKNAMES.get(other[0], frozenset()):
        return "nickname"
    if _is_slip("".join(one), "".join(other)):
        return "slip"
    short, long = sorted((one, other), key=lambda words: len(words[0]))
    return "initial" if len(short[0]) == 1 and long[0].startswith(short[0]) else ""


def _is_slip(one: str, other: str) -> bool:
    """One letter left out, doubled, mistaken or swapped with its neighbour; two in a long name, none in a short."""
    shortest = min(len(one), len(other))
    allowed = 0 if shortest < 4 else 1 if shortest < 9 else 2
    if abs(len(one) - len(other)) > allowed:
        return False
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _births(one: Face, other: Face) -> Reason | None:
    mine, theirs = one.born, other.born
    if mine is None or theirs is None:
        return None
    if "year" in (one.precision, other.precision):
        same = mine.year == theirs.year
        return Reason("same_birth_year", 20) if same else Reason("other_birth_year", -50)
    if mine == theirs:
        return Reason("same_birth_date", 40)
    if (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month):
        return Reason("swapped_birth_date", 10)
    if OSA.distance(f"{mine:%Y%m%d}", f"{theirs:%Y%m%d}") == 1:
        return Reason("birth_date_slip", -10)
    return Reason("other_birth_date", -50)


def _ids(one: Face, other: Face) -> Reason | None:
    """A source that knows both by different ids takes them for two."""
    for source in sorted({source for source, _ in one.ids} & {source for source, _ in other.ids}):
        mine = {value for known, value in one.ids if known == source}
        if mine.isdisjoint(value for known, value in other.ids if known == source):
            return Reason("two_ids", -30, {"source": source})
    return None


def _same_mark(one: Face, other: Face) -> Reason | None:
    shared = one.marks & other.marks
    return Reason("same_mark", 15, {"day": min(shared)[0]}) if shared else None


def _two_places(one: Face, other: Face) -> Reason | None:
    """Both competed on one day, in places that aren't the same."""
    for day in sorted(one.days.keys() & other.days.keys()):
        mine, theirs = one.days[day], other.days[day]
        if mine and theirs and mine.isdisjoint(theirs):
            return Reason("two_places", -40, {"day": day, "one": min(mine | theirs), "other": max(mine | theirs)})
    return None
