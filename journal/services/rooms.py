"""Rooms: the addresses of their computers, typed as networks."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Room
from journal.services.refusals import Invalid, said
from journal.services.rules import rule


def networks(text: str | None) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, divided by commas or spaces. Raises `ValueError`."""
    return [ip_network(part, strict=False) for part in (text or "").replace(",", " ").split()]


def holds(text: str | None, address: str | None) -> bool:
    """Whether an address is one of a room's computers."""
    try:
        found = ip_address(address or "")
        return any(found in network for network in networks(text))
    except ValueError:
        return False


@rule(Room)
def _are_addresses(session: PolicySession, room: Room, act: str) -> None:
    """What is typed can be read as addresses."""
    if act != "delete":
        try:
            networks(room.computers)
        except ValueError:
            text = N_("Addresses and networks like 10.0.5.7 or 10.0.5.0/24, divided by commas.")
            raise Invalid({"computers": said(text)}) from None
