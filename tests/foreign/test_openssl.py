"""OpenSSL's time-stamp client accepts a timestamp over our checkpoint, and over no other."""

from __future__ import annotations

import subprocess

import pytest

from tests.foreign import cases

pytestmark = pytest.mark.slow
CONFIG = """\
[req]
distinguished_name = name
[name]
[tsa]
extendedKeyUsage = critical, timeStamping
[tsa_config]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """A time-stamping authority of this test alone."""

    def __init__(self, folder) -> None:
        self.openssl, self.folder = cases.needed("openssl"), folder
        self.config = folder / "tsa.cnf"
        self.config.write_text(CONFIG.format(folder=folder), "utf-8")
        folder.joinpath("serial").write_text("01\n", "utf-8")
        for name in ("ca", "tsa"):
            self.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-out", f"{name}.key")  # fmt: skip
        self.run("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=test root", "-days", "30",
                 "-out", "ca.pem", "-config", self.config)  # fmt: skip
        self.run("req", "-new", "-key", "tsa.key", "-subj", "/CN=test time", "-out", "tsa.csr",
                 "-config", self.config)  # fmt: skip
        self.run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                 "-set_serial", "2", "-days", "30", "-extfile", self.config, "-extensions", "tsa",
                 "-out", "tsa.pem")  # fmt: skip

    def run(self, *words, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.openssl, *words], cwd=self.folder, capture_output=True, check=check, timeout=60
        )

    def stamp(self, data: bytes) -> None:
        self.folder.joinpath("data").write_bytes(data)
        self.run("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
        self.run("ts", "-reply", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key",
                 "-config", self.config, "-section", "tsa_config", "-out", "reply")  # fmt: skip

    def holds(self, data: bytes) -> bool:
        self.folder.joinpath("claimed").write_bytes(data)
        return self.run("ts", "-verify", "-data", "claimed", "-in", "reply", "-CAfile", "ca.pem",
                        check=False).returncode == 0  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


def test_a_checkpoint_has_a_time_that_openssl_confirms(authority, log) -> None:
    signed = log.folder.joinpath("checkpoint").read_bytes()
    authority.stamp(signed)

    assert authority.holds(signed)
    for place in (0, len(signed) // 2, len(signed) - 1):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not authority.holds(bytes(changed))
    assert not authority.holds(cases.cosigned(log, 599))


def test_a_changed_reply_is_refused(authority, log) -> None:
    signed = log.signed()
    authority.stamp(signed)
    reply = authority.folder / "reply"
    raw = bytearray(reply.read_bytes())
    raw[-5] ^= 1
    reply.write_bytes(raw)

    assert not authority.holds(signed)
