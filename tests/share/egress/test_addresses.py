"""Where we may go."""

from __future__ import annotations

import ipaddress
import random

import pytest

from tanlu.errors import TanluError
from tanlu.share.egress import LOOPBACK, NEAR, Egress, Reach
from tanlu.share.egress.addresses import METADATA, shown

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
    with pytest.raises(TanluError, match="TL866"):
        Reach().target(f"https://{host}/x")


@pytest.mark.parametrize("url", [
    "http://a.example/", "ftp://a.example/", "https://", "https:///x", "https://u:p@a.example/",
    "https://u@a.example/", "https://a.example:99999/", "https://a.example/\r\nx", "//a.example",
    "https://a.example/ x", "https://a.example\\@127.0.0.1/", "https://ä.example/", "", "x" * 3000,
    "https://a.example:x/", "https://[1::",
])  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(TanluError, match="TL866"):
        Reach(resolve=lambda host, port: ["93.184.216.34"]).target(url)


def test_one_closed_address_among_open_ones_closes_the_name():
    both = Reach(resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(TanluError, match="TL866"):
        both.target("https://a.example/")


def test_a_name_without_an_address_is_refused():
    def nothing(host, port):
        raise OSError("no such name")

    for resolve in (nothing, lambda host, port: []):
        with pytest.raises(TanluError, match="TL866"):
            Reach(resolve=resolve).target("https://a.example/")


def test_a_target_keeps_the_name_and_the_address_that_it_had():
    target = Reach(resolve=lambda host, port: ["93.184.216.34"]).target("https://A.example/p?q=1")
    assert target == ("https", "a.example", 443, "/p?q=1", "93.184.216.34")


def test_a_network_of_one_s_own_is_open_when_it_is_named():
    inside = Reach(inside=(ipaddress.ip_network("10.1.0.0/16"),))
    assert inside.open(ipaddress.ip_address("10.1.2.3"))
    assert inside.open(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert not inside.open(ipaddress.ip_address("10.2.2.3"))


NEARBY = ["127.0.0.1", "::1", "10.0.0.1", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1"]
NEVER = ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "100.100.100.200", "192.0.0.192",
         "168.63.129.16", "fd00:ec2::254", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "240.0.0.1",
         "64:ff9b::7f00:1", "2002:7f00:1::"]  # fmt: skip


@pytest.mark.parametrize("address", NEARBY)
def test_a_house_is_open_to_who_was_named_as_near_and_to_nobody_else(address):
    found = ipaddress.ip_address(address)
    assert Reach(NEAR).open(found)
    assert not Reach().open(found)
    assert Reach(LOOPBACK).open(found) == found.is_loopback


@pytest.mark.parametrize("address", NEVER)
def test_where_clouds_tell_their_secrets_nobody_is_asked_however_near(address):
    everything = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    found = ipaddress.ip_address(address)
    assert not Reach(NEAR).open(found)
    mapped = getattr(found, "ipv4_mapped", None) or found
    if any(mapped.version == each.version and mapped in each for each in METADATA):
        assert not Reach(everything).open(found)


def test_plain_http_is_for_the_house_alone():
    def reach(*addresses):
        return Reach(NEAR, resolve=lambda host, port: addresses)

    assert reach("10.0.0.1").target("http://a.example/").port == 80
    assert reach("10.0.0.1").target("https://a.example/").port == 443
    for found in (["93.184.216.34"], ["10.0.0.1", "93.184.216.34"]):
        with pytest.raises(TanluError, match="https only"):
            reach(*found).target("http://a.example/")


def test_a_host_is_told_as_it_was_written():
    def authority(url):
        return Reach(NEAR, resolve=lambda host, port: ["10.0.0.1"]).target(url).authority

    assert authority("https://a.example:443/x") == "a.example"
    assert authority("http://a.example:8080/x") == "a.example:8080"
    assert authority("http://[fd00::1]:81/") == "[fd00::1]:81"


@pytest.mark.parametrize("url", [
    "https://anna:s3cret@a.example/x?token=s3cret#s3cret", "http://s3cret@a.example",
    "ftp://a.example/?s3cret", "s3cret@", "?s3cret"])  # fmt: skip
def test_what_may_be_a_secret_is_not_repeated(url):
    if "://" in url or url.startswith("?"):
        assert "s3cret" not in shown(url)
    with pytest.raises(TanluError, match="TL866") as refused:
        Egress().ask("GET", url, {})
    assert "token" not in str(refused.value)
