import pytest
from providers.pages import PAGES, REFERENCE


@pytest.mark.parametrize("page", PAGES)
def test_page_is_what_the_data_says(page: str) -> None:
    """If not: ``python tests/providers/pages.py``."""
    assert (REFERENCE / page).read_text(encoding="utf-8") == PAGES[page]()
