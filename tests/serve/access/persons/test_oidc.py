"""Login by the house of one's own."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.persons import oidc, people
from tanlu.serve.access.persons.oidc import House, Provider, Secrets, Vouched
from tanlu.store.relational.tables.access import PERSONS, SUBJECTS
from tests.serve.access import house as other
from tests.serving import person

ROLES = {"carbon": "manager", "audit": "verifier"}
PROVIDER = Provider(other.ISSUER, other.CLIENT, other.SECRET, ROLES)
BACK = "https://tanlu.example/auth/oidc/back"


@pytest.fixture
def theirs():
    return other.House()


@pytest.fixture
def house(theirs):
    return House(PROVIDER, theirs.transport())


def _vouched(house, theirs, secrets=None):
    secrets = secrets or Secrets.of("secret")
    sent = theirs.log_in(house.address(secrets, BACK))
    return house.vouched(sent["code"], secrets, BACK)


def test_a_house_vouches_for_a_person_in_a_role(house, theirs):
    assert _vouched(house, theirs) == Vouched("s-1", "Ann A.", "manager")
    assert _vouched(house, theirs).role == "manager"
    assert theirs.asked.count("GET /.well-known/openid-configuration") == 1
    assert theirs.asked.count("GET /keys") == 1


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "another"}, {"nonce": None},
        {"exp": 1}, {"exp": None}, {"sub": None}, {"iat": 9_999_999_999}, {"azp": "another"},
        {"aud": ["another", "more"]}, {"at_hash": "wrong"}, {"groups": ["others"]},
        {"groups": None}, {"groups": "carb"},
    ],
)  # fmt: skip
def test_a_word_that_is_not_for_this_login_counts_for_nothing(house, theirs, lies):
    theirs.lies = lies
    with pytest.raises(TanluError, match="TL962"):
        _vouched(house, theirs)


def test_a_word_that_the_house_did_not_sign_counts_for_nothing(house, theirs):
    theirs.signed_by = other.House().key
    with pytest.raises(TanluError, match="TL962"):
        _vouched(house, theirs)
    theirs.signed_by, theirs.header = other.shared(), {"alg": "HS256"}
    with pytest.raises(TanluError, match="TL962"):
        _vouched(house, theirs)


def test_a_code_without_the_verifier_of_this_browser_is_worth_nothing(house, theirs):
    sent = theirs.log_in(house.address(Secrets.of("mine"), BACK))
    with pytest.raises(TanluError, match="TL962"):
        house.vouched(sent["code"], Secrets.of("another's"), BACK)


def test_a_house_that_calls_itself_otherwise_or_says_too_little_is_refused(theirs):
    for about in ({"issuer": "https://evil.example"}, {"token_endpoint": None}):
        theirs.about = about
        with pytest.raises(TanluError, match="TL962"):
            _vouched(House(PROVIDER, theirs.transport()), theirs)


def test_new_keys_of_the_house_are_asked_for(house, theirs, monkeypatch):
    _vouched(house, theirs)
    theirs.key = other.ECKey.generate_key("P-256", {"kid": "two"}, auto_kid=False)
    theirs.header = {"kid": "two"}
    with pytest.raises(TanluError, match="TL962"):
        _vouched(house, theirs)
    monkeypatch.setattr(oidc, "KEYS_S", 0.0)
    assert _vouched(house, theirs).subject == "s-1"


def test_what_binds_a_login_to_a_browser_is_not_the_same_twice():
    one, two = Secrets.of("one"), Secrets.of("two")
    assert len({*one, *two}) == 6
    assert all(len(each) == 43 for each in one)


def _let_in(home, vouched):
    with home.state.everywhere() as state:
        return oidc.let_in(state, PROVIDER, vouched)


def test_who_comes_again_is_the_same_in_the_role_that_the_house_says_now(home):
    person(home, "manager")
    made = _let_in(home, Vouched("s-1", "Ann", "manager"))["person"]
    assert _let_in(home, Vouched("s-1", "Ann", "verifier"))["person"] == made
    with home.state.everywhere() as state:
        assert people.memberships(state, made) == [{"tenant": "home", "role": "verifier"}]
        assert state.count(SUBJECTS) == 1
    assert _let_in(home, Vouched("s-2", "Ann", "manager"))["person"] != made


def test_nobody_becomes_somebody_here_by_calling_himself_so_there(home):
    ann = person(home, "manager", name="ann")
    made = _let_in(home, Vouched("ann", "ann", "viewer"))
    assert made["person"] != ann
    assert made["password"] is None
    assert people.proved(home.state, made["name"], "") is None


def test_who_is_let_out_or_disabled_here_does_not_come_back_by_the_house(home):
    person(home, "manager")
    made = _let_in(home, Vouched("s-1", "Ann", "viewer"))["person"]
    with home.state.of("home") as state:
        people.end(state, made)
    with pytest.raises(TanluError, match="TL962"):
        _let_in(home, Vouched("s-1", "Ann", "manager"))
    with home.state.of("home") as state:
        people.restore(state, made)
    with home.state.everywhere() as state:
        state.change(PERSONS, {"disabled_us": 1}, PERSONS.c.person == made)
    with pytest.raises(TanluError, match="TL962"):
        _let_in(home, Vouched("s-1", "Ann", "manager"))


TOML = """issuer = "https://id.example"
client_id = "x"
client_secret = "y"
claim = "roles"

[roles]
a = "manager"
"""


def test_the_house_stands_in_a_file_that_is_understood_whole(tmp_path):
    file = tmp_path / "oidc.toml"
    assert oidc.read(file) is None
    file.write_text(TOML)
    assert oidc.read(file).role({"roles": "a"}) == "manager"
    for wrong in (
        TOML.replace("https:", "http:"), TOML.replace("manager", "king"), TOML + "[", "a = 1",
        TOML.replace("claim", "klaim"),
    ):  # fmt: skip
        file.write_text(wrong)
        with pytest.raises(TanluError, match=r"TL968|TL966"):
            oidc.read(file)
