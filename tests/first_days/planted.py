"""What is known of the member who will be erased: marked values, put in through every door that takes
any, and what the server itself makes for them. No two are alike, and nothing else in the world is."""

import random
import string
import uuid
from dataclasses import dataclass, field

# Places where a value may be found: what the server prints, the rows of the database, and its files beneath
# them, where write-ahead logs and deleted rows stand until they are written over.
LOG, ROWS, FILES = "log", "rows", "files"
LETTERS = "бвгджзклмнпрстфхцчшщ"
SYSTEM = random.SystemRandom()


@dataclass(frozen=True)
class Value:
    """Something to be searched for."""

    kind: str
    name: str
    text: str
    # As bytes, in every way in which it may be written down.
    forms: tuple
    # Where it may stay: random numbers and names of programs, which tell of nobody.
    may_stay: tuple = ()


@dataclass
class Planted:
    """Everything that was planted, in order."""

    values: list = field(default_factory=list)

    def text(self, kind, name, text, *spellings, may_stay=()):
        """Notes a text, with other spellings of the same, and returns it."""
        forms = tuple(dict.fromkeys(spelling.encode() for spelling in (text, *spellings)))
        self.values.append(Value(kind, name, text, forms, may_stay))
        return text

    def key(self, kind, name, text=None, may_stay=(FILES,)):
        """Notes a UUID, also as databases keep it."""
        known = uuid.UUID(text) if text else uuid.uuid4()
        forms = (str(known).encode(), known.hex.encode(), known.bytes)
        self.values.append(Value(kind, name, str(known), forms, may_stay))
        return str(known)

    def number(self, kind, name, octets):
        """Notes a random number of eight bytes, in either order and as it is printed."""
        printed = str(int.from_bytes(octets, "big", signed=True)).encode()
        forms = (octets, octets[::-1], octets.hex().encode(), printed)
        self.values.append(Value(kind, name, octets.hex(), forms, (FILES,)))

    def by_kind(self):
        kinds = {}
        for value in self.values:
            kinds.setdefault(value.kind, []).append(value)
        return kinds

    def show(self):
        for kind, values in self.by_kind().items():
            print(f"    {kind}: {', '.join(f'{value.name} «{shortened(value.text)}»' for value in values)}")


def shortened(text):
    return text if len(text) <= 44 else text[:40] + "…"


def letters(count=7):
    return "".join(SYSTEM.choice(LETTERS) for _ in range(count))


def latin(count=9):
    return "".join(SYSTEM.choice(string.ascii_lowercase) for _ in range(count))


def digits(count):
    return "".join(SYSTEM.choice("123456789") for _ in range(count))


@dataclass
class Phone:
    """A telephone in the ways in which people write it."""

    national: str

    @property
    def whole(self):
        return f"+7{self.national}"

    @property
    def spoken(self):
        part = self.national
        return f"8 ({part[:3]}) {part[3:6]}-{part[6:8]}-{part[8:]}"

    @property
    def spaced(self):
        part = self.national
        return f"7 {part[:3]} {part[3:6]} {part[6:8]} {part[8:]}"


class Marked:
    """The values of the member, by what they are."""

    def __init__(self):
        self.planted = Planted()
        self.of_roster()
        self.of_claims()
        self.of_contacts()
        self.of_devices()
        self.of_profile()
        self.of_mistakes()
        self.of_officers()

    def of_roster(self):
        plant = self.of("roster")
        self.surname = plant("surname", f"Меченая{letters()}")
        self.later_surname = plant("later surname", f"Замужняя{letters()}")
        self.given_name = plant("given name", f"Евлампия{letters()}")
        self.patronymic = plant("patronymic", f"Феоктистовна{letters()}")
        number = digits(8)
        self.card_number = plant("card number", f"ZQX-{number}", f"ZQX{number}")
        self.roster_email = plant("e-mail", f"{latin()}@roster.example.ru")
        self.later_email = plant("later e-mail", f"{latin()}@later.example.ru")
        plant = self.of("a bad line of the roster")
        self.bad_surname = plant("surname", f"Опечатка{letters()}")
        self.bad_number = plant("card number", f"QXZ#{digits(8)}")
        self.bad_phone = plant("foreign phone", f"+375 29 {digits(7)}")
        self.bad_email = plant("no e-mail", f"{latin()}@nowhere")

    def of_claims(self):
        self.claims = [self.rejected_claim("first"), self.rejected_claim("second")]

    def rejected_claim(self, which):
        plant = self.of(f"{which} rejected claim")
        number = digits(8)
        return {
            "number": plant("card number", f"QZW {number}", f"QZW{number}"),
            "surname": plant("surname", f"Ошибочная{letters()}"),
            "name": plant("given name", f"Аграфена{letters()}"),
            "patronymic": plant("patronymic", f"Прововна{letters()}"),
        }

    def of_contacts(self):
        self.phone = self.phone_of("phone")
        self.later_phone = self.phone_of("later phone")
        plant = self.of("contacts")
        self.email = plant("e-mail", f"{latin()}@first.example.ru")
        self.changed_email = plant("later e-mail", f"{latin()}@second.example.ru")

    def phone_of(self, name):
        phone = Phone(f"926{digits(7)}")
        self.planted.text("contacts", f"{name}, bare digits", phone.national)
        self.planted.text("contacts", f"{name}, as typed", phone.spoken)
        self.planted.text("contacts", f"{name}, with spaces", phone.spaced, phone.spaced[2:])
        return phone

    def of_devices(self):
        plant = self.of("devices")
        self.device = plant("telephone", f"Телефон {letters()} у окна")
        self.other_device = plant("tablet", f"Планшет {letters()} на кухне")
        self.agent = plant("user agent", f"Mozilla/5.0 ({latin()})")
        self.address = plant("IPv4 address", f"93.{digits(2)}.2{digits(1)}.1{digits(2)}")
        network = f"2a02:6b8:{SYSTEM.randrange(4096, 65536):x}:{SYSTEM.randrange(4096, 65536):x}"
        self.other_address = plant("IPv6 address", f"{network}::{digits(2)}", f"{network}::")
        # Operators tell programs and requests apart by these.
        self.program = plant("X-Client", f"zq-{latin()}", may_stay=(LOG,))
        self.other_program = plant("other X-Client", f"zq-{latin()}", may_stay=(LOG,))
        self.request_id = plant("X-Request-Id", f"rq-{latin()}", may_stay=(LOG,))

    def of_profile(self):
        plant = self.of("profile and words")
        self.name = plant("name", f"Лапушка {letters()}")
        self.later_name = plant("later name", f"Евлампиюшка {letters()}")
        self.comment = plant("comment", f"Кассир сказал: «{letters()} тут не живёт»")
        self.later_comment = plant("later comment", f"А в другой раз — {letters()}")
        self.question = plant("search", f"льготы для {letters()}")

    def of_mistakes(self):
        plant = self.of("typed by mistake")
        self.nonsense = plant("identifier", f"не телефон {letters()}")
        self.landline = plant("landline", f"8 (495) {digits(3)}-{digits(4)}")
        self.unknown_email = plant("unknown e-mail", f"{latin()}@unknown.example.ru")
        self.wrong_code = plant("code", f"код {letters()}")
        self.wrong_challenge = plant("challenge", f"challenge-{latin()}")
        self.wrong_pass = plant("card to check", f"билет {letters()}")
        self.wrong_purpose = plant("consent", f"ЦЕЛЬ_{letters()}")
        self.wrong_key = plant("client's key", f"key-{latin()}")
        self.wrong_token = plant("refresh token", f"rt_{latin()}{latin()}")

    def of_officers(self):
        plant = self.of("an officer's words about the member")
        self.rejections = [plant("reason of the first rejection", f"Аграфена {letters()} — не наша"),
                           plant("reason of the second rejection", f"Билет принадлежит {letters()}")]
        self.suspension = plant("reason of a suspension", f"Не платит: {letters()} уехала")
        self.restoration = plant("reason of the restoration", f"Вернулась {letters()}")

    def of(self, kind):
        return lambda name, text, *more, **rest: self.planted.text(kind, name, text, *more, **rest)
