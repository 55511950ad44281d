"""What PostgreSQL is told of each transaction: for whom it works, and when; `access/wall.py` asks it of every row."""

from sqlalchemy import Connection, text

from journal.access.actor import Principal, System
from journal.kit import clock

SAID = text(
    "SELECT set_config(name, value, true) FROM unnest(CAST(:names AS text[]), CAST(:values AS text[])) AS said (name, value)"
)
"""Settings that end with the transaction."""


def tell(connection: Connection, principal: Principal | None, *, flushes: bool = False) -> None:
    """Say who asks from now on. `flushes`: what was checked is being written. The product itself need not say anything."""
    if connection.dialect.name != "postgresql" or isinstance(principal, System):
        return
    said = {"journal.principal": "flush" if flushes else "person" if principal else "nobody"}
    if principal and not flushes:
        said |= {
            "journal.roles": ",".join(sorted(principal.roles)),
            "journal.account": str(principal.account_id),
            "journal.staff": str(principal.staff_id),
            "journal.student": str(principal.student_id),
            "journal.guardian": str(principal.guardian_id),
            "journal.now": clock.now().isoformat(),
            "journal.today": clock.today().isoformat(),
        }
    connection.execute(SAID, {"names": list(said), "values": list(said.values())})
