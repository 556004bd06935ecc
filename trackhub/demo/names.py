"""The invented people and clubs of the demo: names by language, three clubs, nobody real.

Given and family names are common ones of their language, joined by chance. They are spelt as their owners
would spell them (accents, apostrophes, hyphens, particles, a Catalan `l·l`), because an import that loses
one of these has failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# language: (women's given names, men's given names, family names)
_NAMES: dict[str, tuple[str, str, str]] = {
    "English": (
        "Alice Bethany Charlotte Daisy Eleanor Freya Georgia Hannah Imogen Jessica Lucy Martha Poppy Zoë",
        "Adam Benjamin Callum Daniel Edward Freddie George Harry Isaac Jacob Leo Matthew Oscar Reuben",
        "Ashworth Birtwhistle Cartwright Dunmore Eastleigh Fairbrother Garside Hollins Ibbotson Kershaw "
        "Lockyer Marlowe Norbury Ollerton Pickering Ramsbottom Sedgwick Thackray Underhill Wainwright",
    ),
    "Welsh": (
        "Siân Cerys Ffion Lowri Nia",
        "Rhys Dafydd Emyr Llŷr Tomos",
        "Gwilym Prydderch Tudur Llywelyn-Hâf",
    ),
    "Irish": (
        "Aoife Niamh Róisín Sinéad",
        "Cillian Eoghan Oisín Pádraig",
        "O'Dálaigh O'Rahilly Ní-Fhloinn Breen",
    ),
    "Polish": ("Małgorzata Zofia Łucja", "Łukasz Wojciech Paweł", "Żurawik Dąbek Świerczek Wójtowski"),
    "Yoruba": ("Adétóún Títílayọ̀ Folá", "Olúwaṣeun Adébáyọ̀ Kúnlé", "Ògúnbíyìí Adéwálé Ọlátúnjí"),
    "Punjabi": ("Harpreet Simran Jasleen", "Gurpreet Manveer Arjan", "Dhaliwal Sandhu-Gill Bhogal"),
    "Vietnamese": ("Thảo Hương", "Dũng Quân", "Nguyễn-Lê Đặng Trịnh"),
    "Spanish": (
        "Aitana Begoña Carmen Daniela Encarnación Inés Itziar Lucía Marta Noelia Paula Rocío Sofía Yésica",
        "Adrián Álvaro César Diego Emilio Íñigo Jesús Joaquín Martín Óscar Pablo Raúl Rubén Sebastián Víctor",
        "Aldecoa Barrueco Calatañazor Cifuentes Escudero Gálvez Ibáñez Jiménez Larrañaga Muñoz Ordóñez "
        "Páramo Quiñones Redondo Saldaña Trujeda Urdiales Valcárcel Yagüe Zúñiga",
    ),
    "Catalan": (
        "Gal·la Núria Montserrat Laia",
        "Jordi Martí Cesc Lluís",
        "Puigdellívol Cabré-Oliu Fàbregues Roselló",
    ),
    "Basque": ("Nerea Maddi Ainhoa", "Eneko Unai Gorka", "Etxegarai Arrizabal Goñibarren"),
    "Galician": ("Uxía Sabela Iria", "Brais Xoán Anxo", "Outeiriño Castiñeira Vilariño"),
    "Romanian": ("Ștefania Mădălina Ioana", "Ștefan Răzvan Mircea", "Țuculescu Bălănescu Hășmășan"),
    "Arabic": ("Salma Khadija Imane", "Youssef Karim Ayoub", "El-Mansouri Benhaddou Aït-Salah"),
    "Portuguese": (
        "Ana Beatriz Catarina Conceição Débora Érica Filipa Inês Joana Leonor Luísa Mafalda Patrícia Vitória",
        "Afonso André Bento Cláudio Duarte Fábio Gonçalo Henrique João José Leandro Márcio Nuno Simão Tomás",
        "Abrantes Barroqueiro Cambraia Durães Estêvão Falcão Gouveia Henriques-Leitão Lourenço Magalhães "
        "Nóbrega Paixão Quintão Rebelo Serpa Taborda Vasconcelos Ximenes Açucena Brandão",
    ),
    "Cape Verdean": ("Djamila Edna Nilza", "Adilson Hélder Ivaldo", "Évora-Lima Tavares-Pina Semedo"),
    "Ukrainian": ("Oksana Solomiia", "Taras Bohdan", "Koval'ova-Hrin Zaichenko Mel'nyk"),
    "German": ("Käthe Jörgine", "Jürgen Götz", "Müßig Schönfeldt Großkreutz"),
    "Nordic": ("Åse Sólveig", "Øyvind Ólafur", "Bjørkås Sigurðardal Lindström-Åkerö"),
}

# Particles stand in the family name: sorting and searching have to cope with them.
_PARTICLES = {"Spanish": ("de la ", "del "), "Portuguese": ("da ", "dos ", "de "), "German": ("von ",)}


@dataclass(frozen=True, slots=True)
class DemoClub:
    """A club of the demo. `scheme` is the age-group scheme, UKA or WA; `languages` are drawn evenly."""

    slug: str
    name: str
    country: str
    prefix: str
    scheme: str
    languages: tuple[str, ...]


CLUBS = (
    DemoClub(
        "harbour-harriers",
        "Harbour Harriers",
        "GBR",
        "HH",
        "UKA",
        ("English",) * 12 + ("Welsh", "Welsh", "Irish", "Irish", "Polish", "Yoruba", "Punjabi", "Vietnamese", "Nordic"),
    ),
    DemoClub(
        "rio-claro",
        "Club Atlético Río Claro",
        "ESP",
        "RC",
        "WA",
        ("Spanish",) * 12 + ("Catalan", "Catalan", "Basque", "Basque", "Galician", "Romanian", "Arabic", "German"),
    ),
    DemoClub(
        "monte-azul",
        "Clube Atlético Monte Azul",
        "POR",
        "MA",
        "WA",
        ("Portuguese",) * 14 + ("Cape Verdean", "Cape Verdean", "Cape Verdean", "Ukrainian", "Galician", "Nordic"),
    ),
)
CLUB_BY_SLUG = {club.slug: club for club in CLUBS}


def invented_name(rng: Random, club: DemoClub, sex: str) -> tuple[str, str]:
    """Given and family name in one of the club's languages; the Iberian ones often carry two family names."""
    language = rng.choice(club.languages)
    women, men, families = (names.split() for names in _NAMES[language])
    given = rng.choice(women if sex == "F" else men)
    family = rng.choice(families)
    if language in ("Spanish", "Portuguese"):
        if rng.random() < 0.5:
            family = f"{family} {rng.choice([name for name in families if name != family])}"
        if rng.random() < 0.08:
            family = rng.choice(_PARTICLES[language]) + family
        if rng.random() < 0.08:
            given = f"{given} {'María' if language == 'Spanish' else 'Maria'}" if sex == "F" else given
    return given, family
