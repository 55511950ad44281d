"""Forms from the schema: one field per column that the person may write."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Numeric, String, Time, select
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from journal.access import guard
from journal.access.session import PolicySession
from journal.admin.filters import matching
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import Entity
from journal.schema.base import columns, scalar_default, target
from journal.services import titles
from journal.services.refusals import Invalid, Missing
from journal.web.forms import Form

FEW = 60
LONG_TEXT = 300


class LookupField(Field):
    """A reference by typing: the id is hidden beside the visible title; without a script the title alone is enough."""

    def __init__(self, *args: Any, pointed: type[Entity], session: PolicySession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pointed, self.session = pointed, session
        self.text = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The id when its title is what stands in the box, else the one row whose name was typed."""
        self.text = (valuelist[1] if len(valuelist) > 1 else "").strip()
        given = valuelist[0] if valuelist else ""
        id_ = number_of(given)
        known = titles.many(self.session, self.pointed, [id_]) if id_ else {}
        if id_ in known and self.text in ("", known[id_]):
            self.data = None if not self.text and len(valuelist) > 1 else id_
            return
        self.data = self._by_name() if self.text or id_ else None

    def _by_name(self) -> int:
        found = self.session.scalars(matching(self.pointed, self.text).limit(3)).all() if self.text else []
        if len(found) != 1:
            raise ValueError(_("Choose one of the list.") if not found else _("Several fit; type more of the name."))
        return int(found[0])

    def _value(self) -> str:
        return str(self.data or "")

    def widget(self, field: Field, **kwargs: Any) -> Markup:
        """Two inputs; `js/panel.js` makes a combobox of them."""
        shown = self.text or (titles.many(self.session, self.pointed, [self.data]).get(self.data, "") if self.data else "")
        kwargs.pop("class", None)
        extra = Markup(" ").join(
            Markup('{}="{}"').format(k.replace("_", "-"), v) for k, v in kwargs.items() if v is not True
        )
        return Markup(
            '<span class="lookup" data-lookup="{}"><input type="hidden" name="{}" value="{}">'
            '<input class="field" id="{}" name="{}" value="{}" autocomplete="off" {}></span>'
        ).format(self.short_name, self.name, self.data or "", self.id, self.name, shown, extra)


class LocalMoment(DateTimeLocalField):
    """A moment typed on the school's clock and kept aware."""

    data: Any

    def process_data(self, value: Any) -> None:
        super().process_data(clock.local(value).replace(tzinfo=None) if isinstance(value, datetime) else value)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=clock.zone())


class LocalDecimal(DecimalField):
    """A number with a comma or a point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text.replace(",", ".") for text in valuelist])


def form_class(entity: type[Entity], names: Iterable[str], session: PolicySession) -> type[Form]:
    """The form of an entity for one request: its fields are those of `names`, in the declared order."""
    wanted = set(names)
    fields: dict[str, Any] = {"version_seen": HiddenField()}
    for name, column in columns(entity).items():
        if name in wanted:
            fields[name] = field_of(column, session)
    return type(f"{entity.__name__}Form", (Form,), fields)


def field_of(column: Column[Any], session: PolicySession) -> Any:
    """The field of a column by its type and facts."""
    info = column.info
    required = not column.nullable and column.default is None and column.server_default is None
    validators: list[Any] = [InputRequired() if required else Optional()]
    common: dict[str, Any] = {"label": _(info["label"]), "description": _(info["help"]) if info["help"] else ""}
    if scalar_default(column) is not None:
        common["default"] = scalar_default(column)
    if column.foreign_keys:
        return _reference(column, session, required, common)
    labels = info.get("choices") or info.get("names")
    if labels:
        empty = [] if required or not column.nullable else [("", "—")]
        options = [*empty, *((str(code), _(text)) for code, text in labels.items())]
        return SelectField(validators=validators, choices=options, coerce=_or_none, **common)
    make = next(make for kind, make in FIELDS if isinstance(column.type, kind))
    return make(column, validators, common)


def _reference(column: Column[Any], session: PolicySession, required: bool, common: dict[str, Any]) -> Any:
    """A short list where the whole of it fits, else a lookup by typing."""
    pointed = target(column)
    assert pointed is not None
    validators: list[Any] = [InputRequired() if required else Optional()]
    ids = (
        session.scalars(select(pointed.id).limit(FEW + 1)).all()
        if guard.sees_all(pointed, session.principal)
        else range(FEW + 1)
    )
    if len(ids) > FEW:
        return LookupField(validators=validators, pointed=pointed, session=session, **common)
    named = sorted(titles.many(session, pointed, list(ids)).items(), key=lambda pair: _natural(pair[1]))
    options = [("", "—"), *((str(id_), title) for id_, title in named)]
    return SelectField(validators=validators, choices=options, coerce=_or_none, **common)


def _natural(title: str) -> list[Any]:
    """Order class 2 before class 10."""
    digits = "".join(ch for ch in title if ch.isdigit())
    return [int(digits) if title[:1].isdigit() and digits.isascii() else 0, title]


def _or_none(value: Any) -> str | None:
    return None if value in (None, "", "None") else str(value)


Make = Callable[[Column[Any], list[Any], dict[str, Any]], Any]


def _line(column: Column[Any], validators: list[Any], common: dict[str, Any]) -> Any:
    size = getattr(column.type, "length", None)
    rules = [*validators, Length(max=size)] if size else validators
    if not size or size > LONG_TEXT:
        return TextAreaField(validators=rules, **common)
    return StringField(validators=rules, filters=[_stripped], **common)


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _bounded(column: Column[Any], validators: list[Any]) -> list[Any]:
    low, high = column.info.get("low"), column.info.get("high")
    return [*validators, NumberRange(low, high)] if low is not None else validators


FIELDS: list[tuple[type, Make]] = [
    (Boolean, lambda c, v, common: BooleanField(**common)),
    (DateTime, lambda c, v, common: LocalMoment(validators=v, **common)),
    (Date, lambda c, v, common: DateField(validators=v, **common)),
    (Time, lambda c, v, common: TimeField(validators=v, **common)),
    (Integer, lambda c, v, common: IntegerField(validators=_bounded(c, v), **common)),
    (Numeric, lambda c, v, common: LocalDecimal(validators=_bounded(c, v), places=None, **common)),
    (String, _line),
]


def values_of(entity: type[Entity], form: Form) -> dict[str, Any]:
    """What was typed, as the columns keep it: an empty text is nothing where nothing is allowed."""
    found = {}
    for name, column in columns(entity).items():
        if name not in form:
            continue
        value = form[name].data
        if value == "" and column.nullable:
            value = None
        if value is None and not column.nullable and isinstance(column.type, String) and column.default is not None:
            value = scalar_default(column) or ""
        if (column.foreign_keys or column.info.get("names")) and value is not None:
            value = column.type.python_type(value)
        found[name] = value
    return found


def version_of(form: Form) -> int:
    """The version of the row for which the form was drawn; -1, which no row has, where it can't be read."""
    seen = number_of(form["version_seen"].data)
    return -1 if seen is None else seen


@contextmanager
def refused_in(form: Form) -> Iterator[None]:
    """What refuses the write inside is said in the form: beside its field, or above all of them."""
    try:
        yield
    except Invalid as invalid:
        form.take(invalid)
    except Missing:
        form.form_errors.append(_("A row that this one points at is not there for you."))


def begun(form: Form) -> Form:
    """The form of a new row, opened with the values of the address; what a field can't read is left out."""
    given = request.args if request.method == "GET" else {}
    for field in form:
        if field.short_name in given and not isinstance(field, HiddenField):
            field.process(MultiDict({field.name: given[field.short_name]}))
            if field.process_errors:
                field.process(None)
                field.raw_data = None
    return form
