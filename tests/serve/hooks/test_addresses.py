"""Where a message may go."""

from __future__ import annotations

import ipaddress
import random

import pytest

from tanlu.errors import TanluError
from tanlu.serve.hooks.addresses import Reach

# the registries of special addresses (IANA), multicast, where clouds tell machines of themselves
SPECIAL = [ipaddress.ip_network(each) for each in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
    "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::254/128",
)]  # fmt: skip


def _truth(address):
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if any(address.version == each.version and address in each for each in SPECIAL):
        return False
    # of IPv6 only 2000::/3 was given out
    return address.version == 4 or address in ipaddress.ip_network("2000::/3")


def _drawn():
    draw = random.Random(3)
    for _ in range(5_000):
        yield ipaddress.IPv4Address(draw.getrandbits(32))
        yield ipaddress.IPv6Address(draw.getrandbits(128))
        yield ipaddress.IPv6Address((0x2000 << 112) + draw.getrandbits(125))
    for each in SPECIAL:
        for _ in range(40):
            yield each[draw.randrange(min(each.num_addresses, 1 << 60))]
        yield each[0]
        yield each[-1]
    for _ in range(1_000):
        yield ipaddress.IPv6Address((0xFFFF << 32) + draw.getrandbits(32))


def test_twenty_thousand_addresses_are_judged_as_the_registries_say():
    reach, seen = Reach(), 0
    for address in _drawn():
        seen += 1
        assert reach.open(address) == _truth(address), address
        if reach.open(address):
            assert address.version == 6 or address.is_global
    assert seen > 15_000


@pytest.mark.parametrize("host", [
    "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost",
    "169.254.169.254", "[fd00:ec2::254]", "[64:ff9b::a9fe:a9fe]", "0", "100.100.100.200",
    "[fe80::1%25eth0]", "168.63.129.16", "[2002:7f00:1::]",
])  # fmt: skip
def test_the_inside_is_closed_however_it_is_written(host):
    with pytest.raises(TanluError, match="TL493"):
        Reach().target(f"https://{host}/x")


@pytest.mark.parametrize("url", [
    "http://a.example/", "ftp://a.example/", "https://", "https:///x", "https://u:p@a.example/",
    "https://u@a.example/", "https://a.example:99999/", "https://a.example/\r\nx", "//a.example",
    "https://a.example/ x", "https://a.example\\@127.0.0.1/", "https://ä.example/", "", "x" * 3000,
    "https://a.example:x/", "https://[1::",
])  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(TanluError, match="TL493"):
        Reach(resolve=lambda host, port: ["93.184.216.34"]).target(url)


def test_one_closed_address_among_open_ones_closes_the_name():
    both = Reach(resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(TanluError, match="TL493"):
        both.target("https://a.example/")


def test_a_name_without_an_address_is_refused():
    def nothing(host, port):
        raise OSError("no such name")

    for resolve in (nothing, lambda host, port: []):
        with pytest.raises(TanluError, match="TL493"):
            Reach(resolve=resolve).target("https://a.example/")


def test_a_target_keeps_the_name_and_the_address_that_it_had():
    target = Reach(resolve=lambda host, port: ["93.184.216.34"]).target("https://A.example/p?q=1")
    assert target == ("https", "a.example", 443, "/p?q=1", "93.184.216.34")


def test_a_network_of_one_s_own_is_open_when_it_is_named():
    inside = Reach(inside=(ipaddress.ip_network("10.1.0.0/16"),))
    assert inside.open(ipaddress.ip_address("10.1.2.3"))
    assert inside.open(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert not inside.open(ipaddress.ip_address("10.2.2.3"))
