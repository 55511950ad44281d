"""The school's key: with it the archives are signed (Ed25519), and anybody can check that nothing in one was changed."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "archive-key"


def key_of(instance: Path) -> Ed25519PrivateKey:
    """The school's key, made on first use and readable by its owner only."""
    path = instance / NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(found, Ed25519PrivateKey):
            raise OSError(f"{path}: this is no key of ours") from None
        return found
    made = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "wb") as file:
        file.write(
            made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
    return made


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half, as hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def fingerprint(public: str) -> str:
    """The public half in short, to be compared by eye: eight groups of four digits."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(bytes.fromhex(public))
    short = digest.finalize().hex()[:32]
    return " ".join(short[n : n + 4] for n in range(0, 32, 4))


def fits(public: str, signature: bytes, data: bytes) -> bool:
    """Whether a signature was made over the data by the owner of the key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
