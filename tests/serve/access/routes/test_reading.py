"""What is sent to come in."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.routes.reading import Sent, described, local, with_code


@pytest.mark.parametrize("path", ["/", "/a/b?c=d", "/zh/%E7%A2%B3", "/a?next=//b"])
def test_a_path_of_this_server_is_kept(path):
    assert local(path) == path


@pytest.mark.parametrize("path", [None, "", "a", "//b", "http://b", "/\\b", "/\nb", "///b"])
def test_everything_else_leads_home(path):
    assert local(path, "/home") == "/home"


def test_a_page_is_told_what_went_wrong_and_keeps_where_one_wanted_to_go():
    wrong = TanluError("TL477", after_s=9)
    told = with_code("/en/login?next=%2Fen%2Fme&code=TL475", wrong)
    assert told == "/en/login?next=%2Fen%2Fme&code=TL477&after_s=9"


def test_an_invitation_behind_the_hash_is_not_lost_when_the_form_was_wrong():
    assert with_code("/en/join#abc", TanluError("TL475")) == "/en/join?code=TL475#abc"


def test_a_body_comes_in_both_forms():
    told = described(Sent)["requestBody"]["content"]
    assert set(told) == {"application/json", "application/x-www-form-urlencoded"}
