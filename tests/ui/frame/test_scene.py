from __future__ import annotations

import pytest

pytestmark = pytest.mark.reads


def test_a_page_names_the_person_and_the_version_of_the_ledger_that_it_shows(asking, home) -> None:
    page = asking("manager").get("/en/dev/kit").text

    assert "林晓" in page
    assert f"v{home.workspace('home').version}" in page
