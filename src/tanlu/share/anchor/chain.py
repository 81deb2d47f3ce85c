"""EVM: a checkpoint in a chain of others, as bare data of a transaction or in a contract.

The data is the default: nothing to deploy, and whoever has the transaction reads it. The contract
(``anchor.vy``) is for those whose own contracts ask it: it keeps the last checkpoint of each log,
which only grows, and checks a proof of inclusion on the chain.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Contract", "check", "connected", "data_of", "submit"]

DOMAIN = b"tanlu/anchor/v1\n"
WAIT_S = 120


def connected(url: str, secret: str | None) -> tuple[Any, str]:
    """Give a connection to a node that signs by a private key, and the key's account.

    Parameters
    ----------
    secret
        The private key, hexadecimal; null to read only, the account is empty then.

    Raises
    ------
    TanluError
        TL002 without the extra ``evm``; TL866 when the node cannot be reached; TL119 for a key
        that is none.
    """
    try:
        from web3 import HTTPProvider, Web3
        from web3.middleware import SignAndSendRawMiddlewareBuilder
    except ImportError as error:
        raise TanluError("TL002", value="web3", extra="evm") from error
    web3 = Web3(HTTPProvider(url))
    if not web3.is_connected():
        raise TanluError("TL866", value=url.partition("?")[0], why="no node answers")
    if secret is None:
        return web3, ""
    try:
        account = web3.eth.account.from_key(secret)
    except Exception as error:
        raise TanluError("TL119", value="evm", why="not a private key") from error
    web3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0)
    return web3, str(account.address)


def data_of(head: checkpoint.Checkpoint) -> bytes:
    """Give the 88 bytes: domain, SHA-256 of the origin, size (8, big endian), root."""
    return DOMAIN + _origin(head) + head.size.to_bytes(8, "big") + head.root


def submit(web3: Any, account: str, head: checkpoint.Checkpoint) -> dict[str, Any]:
    """Give the receipt of a transaction from an account to itself that holds the checkpoint.

    Parameters
    ----------
    web3
        A connected ``web3.Web3`` that signs for the account.

    Returns
    -------
    dict
        ``chain, transaction, block, gas``.

    Raises
    ------
    TanluError
        TL867 when the chain does not take it.
    """
    sent = {"from": account, "to": account, "data": data_of(head)}
    return _receipt(web3, lambda: web3.eth.send_transaction(sent))


def check(web3: Any, receipt: dict[str, Any], head: checkpoint.Checkpoint) -> int:
    """Give when the checkpoint was there [unix s]: the time of the block that holds it.

    Raises
    ------
    TanluError
        TL867 when the chain has no such transaction, or it holds something else.
    """
    try:
        chain = web3.eth.chain_id
        found = web3.eth.get_transaction(receipt["transaction"])
        done = web3.eth.get_transaction_receipt(receipt["transaction"])
        block = web3.eth.get_block(done["blockNumber"])
    except Exception as error:
        raise _wrong(str(error) or type(error).__name__) from error
    if chain != receipt["chain"]:
        raise _wrong("another chain")
    if bytes(found["input"]) != data_of(head) or done["status"] != 1:
        raise _wrong("the transaction holds something else")
    return int(block["timestamp"])


class Contract:
    """The contract at an address; ``deploy`` makes one."""

    def __init__(self, web3: Any, address: str) -> None:
        self.web3 = web3
        self.contract = web3.eth.contract(address=address, abi=compiled()["abi"])

    @classmethod
    def deploy(cls, web3: Any, account: str) -> Contract:
        """Give the contract that an account puts into the chain.

        Raises
        ------
        TanluError
            TL867 when the chain does not take it.
        """
        held = web3.eth.contract(abi=compiled()["abi"], bytecode=compiled()["bytecode"])
        done = _receipt(web3, lambda: held.constructor().transact({"from": account}))
        return cls(web3, done["contract"])

    def submit(self, account: str, head: checkpoint.Checkpoint) -> dict[str, Any]:
        """Give the receipt of the checkpoint as the account's last one of this log.

        Raises
        ------
        TanluError
            TL867 when the contract refuses: a log only grows.
        """
        call = self.contract.functions.anchor(_origin(head), head.size, head.root)
        return _receipt(self.web3, lambda: call.transact({"from": account}))

    def head(self, account: str, origin: str) -> tuple[int, bytes]:
        """Give size and root of the last checkpoint, size 0 when there is none."""
        size, root, _ = self.contract.functions.heads(account, _hashed(origin)).call()
        return int(size), bytes(root)

    def includes(
        self, account: str, origin: str, index: int, leaf_hash: bytes, path: Sequence[bytes]
    ) -> bool:
        """Tell whether the chain finds a leaf in the last checkpoint of a log."""
        call = self.contract.functions.includes(
            account, _hashed(origin), index, leaf_hash, list(path)
        )
        return bool(call.call())


@cache
def compiled() -> dict[str, Any]:
    """Give the interface and code of the contract, compiled from ``anchor.vy`` beside it."""
    held = resources.files("tanlu.share.anchor").joinpath("anchor.json")
    found: dict[str, Any] = json.loads(held.read_bytes())
    return found


def _receipt(web3: Any, send: Any) -> dict[str, Any]:
    try:
        sent = send()
        done = web3.eth.wait_for_transaction_receipt(sent, timeout=WAIT_S)
    except Exception as error:
        raise _wrong(str(error) or type(error).__name__) from error
    if done["status"] != 1:
        raise _wrong("the transaction failed")
    return {
        "chain": int(web3.eth.chain_id),
        "transaction": "0x" + bytes(sent).hex(),
        "block": int(done["blockNumber"]),
        "gas": int(done["gasUsed"]),
        "contract": done["contractAddress"],
    }


def _origin(head: checkpoint.Checkpoint) -> bytes:
    return _hashed(head.origin)


def _hashed(origin: str) -> bytes:
    return sha256(origin.encode()).digest()


def _wrong(why: str) -> TanluError:
    return TanluError("TL867", value="evm", why=why[:300])
