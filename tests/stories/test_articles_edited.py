"""The base is changed while customers write: by the command line, and by the days an article is valid on."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from faq.files import SHIPPED, read_articles
from faq.writing import export
from tests.stories.child import ROOT, environment, relais
from tests.stories.people import on_whatsapp
from tests.stories.town import Town, town

ASKED = "Où puis-je garer mon vélo ?"
PARKING = """[[article]]
id = "parking"
language = "fr"
question = "Où garer mon vélo\u00a0?"
phrasings = ["place pour mon vélo", "ranger mon vélo", "abri à vélos", "local pour vélo"]
answer = "{prénom}, un abri à vélos est derrière le bâtiment."
follow_up = "Un conseiller vous répond sous {délai}, {horaires}."
"""
TOLD = (
    "Marie, un abri à vélos est derrière le bâtiment.\n\nUn conseiller vous répond sous 4 heures"
    " ouvrées, du lundi au vendredi, de 9 h à 12 h 30 et de 13 h 30 à 18 h."
)


def written(folder: Path, text: str) -> str:
    path = folder / "parking.toml"
    path.write_text(text, "utf-8")
    return str(path)


async def test_what_stories_begin_with_is_what_a_first_start_makes_of_nothing(tmp_path: Path) -> None:
    begun = []
    for way in ("once", "again", "from nothing"):
        (tmp_path / way).mkdir()
        async with town(tmp_path / way, from_nothing=way == "from nothing") as place:
            begun.append(await everything_known(place))
    assert begun[0] == begun[1] == begun[2]
    assert begun[0]["articles"]


async def everything_known(place: Town) -> dict[str, object]:
    """The base on disk, and in memory, with what it makes of a question; and what else the disk holds."""
    knowledge = place.service.knowledge
    return {
        "articles": await place.rows("SELECT id, language, active, body FROM articles ORDER BY rowid"),
        "changes": await place.rows("SELECT number, article, by_whom, kind, body FROM article_changes"),
        "schema": await place.rows("SELECT name, sql FROM sqlite_schema ORDER BY name"),
        "counts": await place.counts(),
        "known": knowledge.articles,
        "found": knowledge.find("Où est mon colis ?", "fr"),
    }


async def test_an_article_added_beside_the_service_answers_the_next_customer(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    added = await relais("faq", "add", written(place.folder, PARKING), env=env)
    assert (added.code, added.out) == (0, "Added: parking.\n")
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes(ASKED)
    assert TOLD in marie.reads[-2]
    assert (await relais("faq", "off", "parking", env=env)).out == "parking off.\n"
    paul = await on_whatsapp(place, "Paul Roux")
    await paul.writes(ASKED)
    assert "abri à vélos" not in "\n".join(paul.reads)
    assert (await relais("faq", "undo", "parking", env=env)).code == 0
    assert place.service.knowledge.article("parking") is not None
    kinds = await place.rows("SELECT kind FROM article_changes WHERE article = 'parking' ORDER BY number")
    assert [row["kind"] for row in kinds] == ["added", "off", "undone"]


async def test_a_whole_base_comes_in_through_the_door_at_once(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    made = [
        replace(each, id=f"{each.id}-{n}", translates=()) for each in read_articles(SHIPPED) for n in range(2)
    ]
    export(made, "csv", place.folder / "in")
    ended = await relais("faq", "import", str(place.folder / "in"), "--yes", env=env)
    assert ended.code == 0, ended.err
    assert "Done." in ended.out
    assert place.service.knowledge.article("annuler-commande-1") is not None


async def test_an_article_begins_and_ceases_to_answer_with_its_days(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    today = datetime.fromtimestamp(place.clock.seconds(), ZoneInfo("Europe/Paris")).date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    dated = f"{PARKING}valid_from = {tomorrow}\nvalid_until = {tomorrow}\n"
    assert (await relais("faq", "add", written(place.folder, dated), env=env)).code == 0
    assert place.service.knowledge.article("parking") is None
    await place.pass_time(timedelta(days=1))
    await place.service.shelf.turn_day()
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes(ASKED)
    assert TOLD in marie.reads[-2]
    await place.pass_time(timedelta(days=1))
    await place.service.shelf.turn_day()
    assert place.service.knowledge.article("parking") is None


async def test_without_a_service_the_command_takes_the_database_itself(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    await place.close_service()
    ended = await relais("faq", "off", "annuler-commande", env=env)
    assert (ended.code, ended.out) == (0, "annuler-commande off.\n")
    await place.open_service()
    assert place.service.knowledge.article("annuler-commande") is None
