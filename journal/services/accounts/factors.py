"""The second factor: codes of an application, spare codes on paper, passkeys; asked for after the password."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyotp
from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Device, SecondFactor, SignIn
from journal.services import database, records
from journal.services.accounts import devices, sealed, tokens
from journal.services.refusals import Invalid, said

SPARE_CODES = 10
STEP = 30
WRONG = N_("This code is not right. Look at the newest one.")


@dataclass(frozen=True)
class Site:
    """Where the product is reached: passkeys are bound to it."""

    host: str
    origin: str
    name: str


def of(session: PolicySession, account_id: int) -> Sequence[SecondFactor]:
    """What an account has besides the password."""
    return session.scalars(
        select(SecondFactor).where(SecondFactor.account_id == account_id).order_by(SecondFactor.kind, SecondFactor.id)
    ).all()


# --- codes of an application (RFC 6238)


def new_secret() -> str:
    """A key for an application, in base 32."""
    return pyotp.random_base32()


def address(secret: str, login: str, school: str) -> str:
    """What the QR code says to the application."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=school)


def add_app(session: PolicySession, account_id: int, secret: str, code: str, name: str) -> SecondFactor:
    """Keep an application that has just shown a right code. Raises `Invalid`."""
    step = _step(secret, code, 0) if secret else None
    if step is None:
        raise Invalid({"code": said(WRONG)})
    return _add(session, account_id, "app", name, sealed.sealed(secret), counter=step)


def _step(secret: str, code: str, last: int) -> int | None:
    """The time step of a code, a step late or early at most; a step is good once (`last` was the newest used)."""
    plain = "".join(letter for letter in code if letter.isdigit())
    now = clock.seconds() // STEP
    for step in (now, now - 1, now + 1):
        if step > last and pyotp.utils.strings_equal(pyotp.TOTP(secret).at(step * STEP), plain):
            return step
    return None


# --- spare codes


def new_spare_codes(session: PolicySession, account_id: int) -> list[str]:
    """Ten codes for paper, each good once; the ones of before stop working."""
    for row in of(session, account_id):
        if row.kind == "spare":
            records.delete(session, row)
    codes = [tokens.code() for _ in range(SPARE_CODES)]
    for number, code in enumerate(codes, 1):
        _add(session, account_id, "spare", str(number), tokens.digest(code))
    return codes


def _add(session: PolicySession, account_id: int, kind: str, name: str, secret: str, **more: Any) -> SecondFactor:
    values = {"account_id": account_id, "kind": kind, "name": name[:120], "secret": secret, "made_at": clock.now(), **more}
    return records.create(session, SecondFactor, values)


# --- proving it at sign-in


def prove(engine: Engine, token: str, account_id: int, code: str, *, remember: bool) -> None:
    """Finish a sign-in with a code of an application or a spare one. Raises `Invalid`."""
    with database.work(engine, System("sign-in")) as session:
        for row in of(session, account_id):
            values = _used(row, code)
            if values is not None:
                records.change(session, row, {**values, "used_at": clock.now()})
                return _finish(session, token, row.kind, remember=remember)
    raise Invalid({"code": said(WRONG)})


def _used(row: SecondFactor, code: str) -> dict[str, Any] | None:
    if row.kind == "spare":
        fits = row.used_at is None and row.secret == tokens.digest(tokens.normal(code))
        return {} if fits else None
    if row.kind == "app":
        secret = sealed.opened(row.secret)
        step = _step(secret, code, row.counter) if secret else None
        return None if step is None else {"counter": step}
    return None


def _finish(session: PolicySession, token: str, kind: str, *, remember: bool) -> None:
    row = session.scalars(select(SignIn).where(SignIn.token_digest == tokens.digest(token))).one()
    records.change(session, row, {"waits_for_proof": False, "proof": kind})
    device = session.get(Device, row.device_id) if row.device_id else None
    if remember and device is not None:
        devices.trust(session, device)


# --- passkeys (WebAuthn); the library is heavy, so it is loaded when somebody has one


def passkey_options(session: PolicySession, account_id: int, login: str, site: Site) -> tuple[str, str]:
    """What the browser needs to make a passkey, as JSON, and the challenge to keep until its answer."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    known = [PublicKeyCredentialDescriptor(id=_bytes(row.credential)) for row in of(session, account_id) if row.credential]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=login,
        user_id=tokens.digest(f"account {account_id}").encode()[:32],
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options), _text(options.challenge)


def add_passkey(
    session: PolicySession, account_id: int, answer: Mapping[str, Any], challenge: str, site: Site, name: str
) -> SecondFactor:
    """Keep a passkey that the browser has made. Raises `Invalid`."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        made = webauthn.verify_registration_response(
            credential=json.dumps(answer),
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise Invalid({"": said(N_("The passkey could not be made. Try once more."))}) from error
    return _add(
        session,
        account_id,
        "passkey",
        name,
        _text(made.credential_public_key),
        credential=_text(made.credential_id),
        counter=min(made.sign_count, 2_000_000_000),
    )


def passkey_question(session: PolicySession, account_id: int, site: Site) -> tuple[str, str] | None:
    """What the browser needs to prove a passkey, and the challenge; None when the account has none."""
    known = [row.credential for row in of(session, account_id) if row.credential]
    if not known:
        return None
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=site.host, allow_credentials=[PublicKeyCredentialDescriptor(id=_bytes(one)) for one in known]
    )
    return webauthn.options_to_json(options), _text(options.challenge)


def prove_passkey(
    engine: Engine, token: str, account_id: int, answer: Mapping[str, Any], challenge: str, site: Site, *, remember: bool
) -> None:
    """Finish a sign-in with a passkey. Raises `Invalid`."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    with database.work(engine, System("sign-in")) as session:
        wanted = select(SecondFactor).where(
            SecondFactor.account_id == account_id, SecondFactor.credential == str(answer.get("id", ""))
        )
        row = session.scalar(wanted)
        try:
            if row is None:
                raise ValueError
            proven = webauthn.verify_authentication_response(
                credential=json.dumps(answer),
                expected_challenge=_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=_bytes(row.secret),
                credential_current_sign_count=row.counter,
            )
        except (WebAuthnException, ValueError, KeyError) as error:
            raise Invalid({"": said(N_("The passkey was not accepted."))}) from error
        records.change(session, row, {"counter": min(proven.new_sign_count, 2_000_000_000), "used_at": clock.now()})
        _finish(session, token, "passkey", remember=remember)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str | None) -> bytes:
    kept = text or ""
    return base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
