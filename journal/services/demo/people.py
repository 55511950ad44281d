"""Invented people: names that agree in sex, families that share a surname."""

import random
from dataclasses import dataclass
from functools import cache

from mimesis import Gender, Locale, Person

from journal.services import reference


@dataclass(frozen=True)
class Name:
    """Last name, first name, patronymic."""

    last_name: str
    first_name: str
    middle_name: str

    def values(self) -> dict[str, str]:
        return {"last_name": self.last_name, "first_name": self.first_name, "middle_name": self.middle_name}

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name} {self.middle_name}"


class Names:
    """A source of names; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.person = Person(Locale.RU, seed=seed)

    def one(self, *, female: bool, surname: str | None = None) -> Name:
        """A person; `surname` is the family's, in the masculine."""
        gender = Gender.FEMALE if female else Gender.MALE
        family = surname or self.surname()
        return Name(
            feminine(family) if female else family,
            self.person.first_name(gender=gender),
            self.person.patronymic(gender=gender) or "",
        )

    def surname(self) -> str:
        """A surname in the masculine that has a feminine."""
        while True:
            found = self.person.last_name(gender=Gender.MALE)
            if feminine(found) != found:
                return found

    def phone(self) -> str:
        """A number from a range that no operator gives out."""
        return f"+7 900 000-{self.chance.randrange(100):02}-{self.chance.randrange(100):02}"


@cache
def feminine(surname: str) -> str:
    """The feminine of a surname, by the endings of the data file; itself where there is none."""
    for male, female in reference.read("demo.toml")["surname_endings"]:
        if surname.endswith(male):
            return surname[: -len(male)] + str(female)
    return surname
