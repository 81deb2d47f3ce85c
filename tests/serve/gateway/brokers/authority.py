"""A certificate authority made for a test: Ed25519 or ECDSA, a server and clients."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Authority:
    """Issues certificates into a folder: ``ca.pem``, ``<name>.pem``, ``<name>.key``."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind
        folder.mkdir(parents=True, exist_ok=True)
        self.key = self._fresh()
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"test {kind} ca")])
        made = self._builder(self.name, self.key).issuer_name(self.name)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        made = made.add_extension(usage, critical=True)
        ski = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        self.certificate = self._signed(made.add_extension(ski, critical=False))
        self._write("ca.pem", self.certificate)

    def issue(self, name: str, *, server: bool = False) -> tuple[Path, Path]:
        """Give certificate and key of a name."""
        key = self._fresh()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._builder(subject, key).issuer_name(self.name)
        use = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(aki, critical=False)
        if server:
            names = [
                x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            ]  # fmt: skip
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        self._write(f"{name}.pem", self._signed(made))
        raw = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )  # fmt: skip
        (self.folder / f"{name}.key").write_bytes(raw)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def context(self, name: str | None) -> ssl.SSLContext:
        """Give what a client needs; without a name it shows no certificate."""
        made = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if name is not None:
            made.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return made

    def _fresh(self):
        if self.kind == "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        return ec.generate_private_key(ec.SECP256R1())

    def _builder(self, subject, key):
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )

    def _signed(self, builder):
        return builder.sign(self.key, None if self.kind == "ed25519" else hashes.SHA256())

    def _write(self, name: str, certificate) -> None:
        raw = certificate.public_bytes(serialization.Encoding.PEM)
        (self.folder / name).write_bytes(raw)
