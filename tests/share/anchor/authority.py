"""A time-stamping authority for tests, made with the program openssl."""

from __future__ import annotations

import subprocess

CONFIG = """
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[tsa]
extendedKeyUsage = critical,timeStamping
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[tsadefault]
"""


class Authority:
    """Keys and certificates in a folder; `reply` is what its server would answer."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "conf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        for name in ("ca", "tsa"):
            self._run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                      "-out", f"{name}.key")  # fmt: skip
            self._run("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}",
                      "-config", "conf", "-out", f"{name}.csr")  # fmt: skip
        signed = ("x509", "-req", "-days", "30", "-extfile", "conf")
        self._run(*signed, "-in", "ca.csr", "-signkey", "ca.key", "-extensions", "ca",
                  "-out", "ca.pem")  # fmt: skip
        self._run(*signed, "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                  "-CAcreateserial", "-extensions", "tsa", "-out", "tsa.pem")  # fmt: skip
        self.root = (folder / "ca.pem").read_bytes()

    def reply(self, query):
        """Give the reply to a query."""
        (self.folder / "query").write_bytes(query)
        self._run("ts", "-reply", "-config", "conf", "-section", "tsa_config",
                  "-queryfile", "query", "-out", "reply")  # fmt: skip
        return (self.folder / "reply").read_bytes()

    def accepts(self, reply, data):
        """Tell whether openssl itself accepts a reply for these bytes."""
        (self.folder / "said").write_bytes(reply)
        (self.folder / "data").write_bytes(data)
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "data", "-in", "said", "-CAfile", "ca.pem"],
            cwd=self.folder, capture_output=True,
        )  # fmt: skip
        return done.returncode == 0

    def _run(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True)
