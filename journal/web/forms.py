"""Forms of our screens: WTForms that speak our catalogues and keep what was typed."""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import get_translations, gettext
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field

from journal.services.refusals import Invalid
from journal.web.i18n import say


class OurTranslations:
    """WTForms' own messages, from our catalogues."""

    def gettext(self, string: str) -> str:
        return str(gettext(string)) if string else string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(get_translations().ungettext(singular, plural, n))


class Form(FlaskForm):
    """The base of every form. `field_order`: names of the fields that stand first, where not in the order of writing."""

    field_order: tuple[str, ...] = ()

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> OurTranslations:
            return OurTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """A body of JSON fills no form: whatever its shape, it is as if nothing was typed."""
            if formdata is _Auto and request.is_json:
                return None
            return super().wrap_formdata(form, formdata)

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            if field.errors:
                render_kw = {"aria-invalid": "true", "aria-describedby": f"{field.id}-error", **render_kw}
            elif field.description:
                render_kw = {"aria-describedby": f"{field.id}-help", **render_kw}
            return super().render_field(field, render_kw)

    def __iter__(self) -> Iterator[Field]:
        place = {name: n for n, name in enumerate(self.field_order)}
        return iter(sorted(self._fields.values(), key=lambda field: place.get(field.short_name, len(place))))

    def take(self, error: Invalid) -> None:
        """Put a service's refusals beside their fields; those without a field stand above the form."""
        for name, text in error.errors.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, say(text)]
            else:
                self.form_errors.append(say(text))
