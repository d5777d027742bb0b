"""A certificate for a node that answers off loopback: made by the node itself, pinned by the party's card.

Peers trust exactly this certificate (record.md, Between nodes), so no authority signs it and its names play no part.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

YEARS = 10


def make(folder: Path) -> tuple[Path, Path, str]:
    """(certificate, key, SHA-256 of the certificate in hex), in `keys/`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    from steerclear.node.home import write_private

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "steerclear node")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "keys" / "tls.pem", folder / "keys" / "tls.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    write_private(
        secret,
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    return pem, secret, sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def pin(folder: Path) -> None:
    """Make the certificate, name it in the configuration, and sign the card again with its pin."""
    from steerclear.node import home
    from steerclear.record.card import sign_text

    text = pinned(folder, home.read(folder).card.text)
    (folder / "card.note").write_bytes(sign_text(text, home.roots_of(folder)))


def pinned(folder: Path, card: bytes) -> bytes:
    """Make the certificate and name it in the configuration; the card's text with its pin, to be signed."""
    import msgspec

    from steerclear.config import FILE_NAME
    from steerclear.record.card import DOMAIN, Card, card_text, parse_body

    pem, secret, digest = make(folder.resolve())
    text = card_text(msgspec.structs.replace(parse_body(card, DOMAIN, Card, "bad-card"), tls=digest))
    path = folder / FILE_NAME
    lines = f'tls_certificate = "{pem}"\ntls_key = "{secret}"\n'
    path.write_text(path.read_text().replace("\n[names]", f"{lines}\n[names]", 1))
    return text
