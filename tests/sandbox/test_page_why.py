"""The demo's page asks the running service what its knowledge base thinks of a text."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from composition.explained import explainer
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from sandbox.page import Page
from tests.serving import Serve

if TYPE_CHECKING:
    from tests.sandbox.page_house import Visit

pytest_plugins = ("tests.sandbox.page_house",)

QUESTION = "ou est mon coli"


async def asked(visit: "Visit", serve: Serve, http: httpx.AsyncClient, explain: Any) -> httpx.Response:  # noqa: ANN401 - any answer
    """The page's answer about a question, with that behind it."""
    page = Page(visit.scene, visit.child, explain)
    answer = await http.get(f"{await serve(page.app)}/why", params={"text": QUESTION})
    await page.close()
    return answer


async def test_a_page_without_a_service_knows_nothing_of_a_text(visit: "Visit") -> None:
    assert (await visit.browser.get("/why", params={"text": QUESTION})).status_code == 404


@pytest.mark.parametrize("fault", [ConnectionRefusedError("down"), RuntimeError("closed"), ValueError("cut")])
async def test_a_service_that_does_not_answer_is_told_as_unavailable(
    fault: Exception, visit: "Visit", serve: Serve, http: httpx.AsyncClient
) -> None:
    async def explain(**_: object) -> object:
        raise fault

    answer = await asked(visit, serve, http, explain)
    assert (answer.status_code, answer.json()) == (503, {"error": type(fault).__name__})


async def test_the_service_s_own_search_is_what_the_page_is_told(
    visit: "Visit", serve: Serve, http: httpx.AsyncClient
) -> None:
    search = explainer(KnowledgeBase(read_articles(SHIPPED)), "fr")

    async def explain(**wish: str) -> object:
        return await search(wish)

    answer = await asked(visit, serve, http, explain)
    assert answer.status_code == 200
    told = answer.json()
    assert told["reason"] == "sure"
    assert told["answers"] == [told["scores"][0][0]]
    assert told["scores"][0][1] >= told["answer_from"] > 0.0
    assert ["coli", "colis"] in [[word, meant] for word, meant, *_ in told["words"]]
