"""Anchors in a chain of the EVM kind: as data, and in the contract."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest
from tests.house import tree as house

from tanlu.errors import TanluError
from tanlu.share.anchor import chain
from tanlu.terms.proof import checkpoint, tree

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.engine]
HEAD = checkpoint.Checkpoint("log.example/a", 3, bytes(range(32)))


@pytest.fixture(scope="module")
def web3():
    allowed = sys.getrecursionlimit()
    pytest.importorskip("eth_tester")
    made = pytest.importorskip("web3")
    node = made.Web3(made.EthereumTesterProvider())
    # the chain of the tests allows itself more depth than there is stack for others
    sys.setrecursionlimit(allowed)
    return node


@pytest.fixture
def account(web3):
    return web3.eth.accounts[0]


def test_a_checkpoint_as_data_is_found_again_with_its_time(web3, account):
    receipt = chain.submit(web3, account, HEAD)

    assert receipt["gas"] < 30_000
    assert chain.check(web3, receipt, HEAD) == web3.eth.get_block(receipt["block"])["timestamp"]
    assert json.loads(json.dumps(receipt)) == receipt


def test_another_checkpoint_chain_or_transaction_is_refused(web3, account):
    receipt = chain.submit(web3, account, HEAD)
    for told, head in (
        (receipt, HEAD._replace(size=4)),
        (receipt | {"chain": 1}, HEAD),
        (receipt | {"transaction": "0x" + "00" * 32}, HEAD),
    ):
        with pytest.raises(TanluError, match="TL867"):
            chain.check(web3, told, head)


def test_the_contract_keeps_the_last_head_and_a_log_only_grows(web3, account):
    contract = chain.Contract.deploy(web3, account)
    contract.submit(account, HEAD)
    later = HEAD._replace(size=5, root=bytes(32))
    receipt = contract.submit(account, later)

    assert receipt["gas"] < 60_000
    assert contract.head(account, HEAD.origin) == (5, bytes(32))
    assert contract.head(web3.eth.accounts[1], HEAD.origin) == (0, bytes(32))
    for head in (HEAD, later):
        with pytest.raises(TanluError, match="TL867"):
            contract.submit(account, head)


def test_the_chain_finds_every_leaf_of_small_trees_and_no_other(web3, account):
    contract = chain.Contract.deploy(web3, account)
    for size in (1, 2, 3, 7, 8, 11):
        leaves = [tree.leaf(bytes((number,))) for number in range(size)]
        levels = tree.levels(b"".join(leaves))
        head = HEAD._replace(size=size, root=levels[-1], origin=f"log.example/{size}")
        contract.submit(account, head)
        asked = [
            [
                contract.includes(account, head.origin, at, leaf, tree.inclusion(levels, index))
                for at in (index, index + 1)
                for leaf in (leaves[index], tree.leaf(b"other"))
            ]
            for index in range(size)
        ]
        assert asked == [[True, False, False, False]] * size


def test_the_compiled_contract_is_that_of_the_source():
    pytest.importorskip("vyper")
    path = house.ROOT / "tools/share/contract.py"
    told = importlib.util.spec_from_file_location("contract", path)
    module = importlib.util.module_from_spec(told)
    told.loader.exec_module(module)

    assert module.compiled() == (module.FOLDER / "anchor.json").read_text()


def test_the_data_is_88_bytes_that_tell_log_size_and_root():
    data = chain.data_of(HEAD)

    assert (len(data), data[:16], data[48:56], data[56:]) == (
        88, b"tanlu/anchor/v1\n", (3).to_bytes(8, "big"), HEAD.root,
    )  # fmt: skip
