"""An open session of a persona, laid down as a row: signing in takes a while, and most tests are not about it."""

from sqlalchemy import Engine, insert, select

from journal.kit import clock
from journal.schema import Account, SignIn
from journal.services.accounts import tokens


def let_in(engine: Engine, login: str) -> str:
    """The token of the session."""
    token, account = tokens.token(), Account.__table__.c
    with engine.execution_options(journal_writes=True).begin() as connection:
        account_id = connection.scalar(select(account.id).where(account.login == login))
        assert account_id is not None, login
        proven = {"account_id": account_id, "login": login, "happened_at": clock.now(), "proven_at": clock.now()}
        state = {"succeeded": True, "waits_for_proof": False, "proof": "", "pin_misses": 0, "version": 1}
        connection.execute(insert(SignIn.__table__).values(**proven, **state, token_digest=tokens.digest(token)))
    return token
