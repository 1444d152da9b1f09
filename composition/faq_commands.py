"""`relais faq`: look at the knowledge base, and change it an article at a time."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from composition.faq_base import Base, Declined
from composition.faq_edit import NEW, Known, as_opened, edited, keep, parsed
from composition.faq_numbers import Whole
from composition.faq_told import collisions_told, difference, progress, state
from core.domain.knowledge import Article
from core.store.articles import Change
from faq.files import ArticleFaults, read_articles
from faq.trial import Collision, collisions

Reach = Callable[[], Base]
"""Opens the base of the settings; stops with a sentence where they are faulty."""

MOST_CHANGES = 10_000
YES = click.option("--yes", "is_sure", is_flag=True, help="Save without asking, whatever collides.")
EVERY = click.option("--every", is_flag=True, help="Print every collision, however many.")


@click.command("list")
@click.option(
    "--all", "everything", is_flag=True, help="Also those that answer nobody today, with their state."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_articles(reach: Reach, *, everything: bool, as_json: bool) -> None:
    """Every article in force."""
    base = reach()
    today = base.today()
    for kept in base.everything():
        article, stands = kept.article, state(kept, today)
        if stands != "on" and not everything:
            continue
        if as_json:
            row = {"id": article.id, "question": article.question, "phrasings": list(article.phrasings)}
            click.echo(json.dumps(row | {"language": article.language, "state": stands}, ensure_ascii=False))
        else:
            click.echo(f"{article.id}  {f'{stands:<9}' if everything else ''}{article.question}")


@click.command()
@click.argument("article_id", metavar="ID")
@click.pass_obj
def show(reach: Reach, article_id: str) -> None:
    """One article, as it is typed."""
    base = reach()
    kept = base.article(article_id)
    click.echo(f"# {state(kept, base.today())} since {_moment(base, base.changes(article_id, 1)[0])}")
    click.echo(as_opened(kept.article), nl=False)


@click.command()
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@YES
@EVERY
@click.pass_obj
def add(reach: Reach, path: Path | None, *, is_sure: bool, every: bool) -> None:
    """Add an article: from FILE, or in your editor ($EDITOR)."""
    base = reach()
    kept = base.everything()
    known = base.known(kept)
    if path is None:
        made = edited(NEW, known, Path("article.toml"))
        added = [made] if made else []
    else:
        added = _read(path, known)
    if not added:
        click.echo("Nothing was added.")
        return
    if there := [article.id for article in added if article.id in known.languages]:
        _give_back(path, added)
        raise click.ClickException(f"{there[0]} is there already: `relais faq edit {there[0]}` changes it.")
    active = [each.article for each in kept if each.active]
    if _may_save(base, active, added, is_sure=is_sure, every=every):
        base.put(added, "added")
        click.echo(f"Added: {', '.join(article.id for article in added)}.")
    else:
        _give_back(path, added)
        raise Declined


@click.command()
@click.argument("article_id", metavar="ID")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@YES
@EVERY
@click.pass_obj
def edit(reach: Reach, article_id: str, path: Path | None, *, is_sure: bool, every: bool) -> None:
    """Change an article in your editor ($EDITOR), or take it from FILE."""
    base = reach()
    before = base.article(article_id).article
    others = [each for each in base.everything() if each.article.id != article_id]
    known = base.known(others, before)
    if path is None:
        after = edited(as_opened(before), known, Path(f"{article_id}.toml"), only=article_id)
    else:
        after = _taken(path, known, article_id)
    if after is None or after == before:
        click.echo("Nothing was changed.")
        return
    for line in difference(before, after):
        click.echo(line)
    active = [before, *(each.article for each in others if each.active)]
    may_save = _may_save(base, active, [after], is_sure=is_sure, every=every)
    if may_save and _stood_still(base, before, is_sure=is_sure):
        base.put([after], "edited")
        click.echo(f"Changed: {article_id}. `relais faq undo {article_id}` takes it back.")
    else:
        _give_back(path, [after])
        raise Declined


def _taken(path: Path, known: Known, article_id: str) -> Article:
    try:
        return parsed(path.read_text("utf-8"), known, only=article_id)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    except ArticleFaults as error:
        raise click.ClickException("\n".join(error.faults)) from error


def _read(path: Path, known: Known) -> list[Article]:
    try:
        return read_articles(path, *known)
    except ArticleFaults as error:
        raise click.ClickException("\n".join(error.faults)) from error


def _may_save(
    base: Base, active: Sequence[Article], changed: Sequence[Article], *, is_sure: bool, every: bool
) -> bool:
    """Whether nothing collides, or the operator wants it all the same."""
    standing = {article.id: article for article in active}
    found: list[Collision] = []
    messages, answer_from = base.evaluation, base.answer_from
    with progress("Trying the evaluation file", len(changed) * len(messages)) as seen:
        for article in changed:
            before = list(standing.values())
            found += collisions(before, article, messages, answer_from=answer_from, seen=seen)
            standing[article.id] = article
    if not found:
        return True
    click.echo(collisions_told(found, every=every))
    return is_sure or _agrees("Save it all the same?")


def _stood_still(base: Base, before: Article, *, is_sure: bool) -> bool:
    """Whether nobody changed the article while the editor was open, or the operator overwrites that."""
    now = base.article(before.id).article
    if now == before:
        return True
    click.echo("Somebody changed it meanwhile:")
    for line in difference(before, now):
        click.echo(line)
    return is_sure or _agrees("Save yours in its place?")


def _agrees(question: str) -> bool:
    """Where nobody is there to answer, the answer is no."""
    try:
        return click.confirm(question, default=False)
    except click.Abort:
        return False


def _give_back(path: Path | None, articles: Sequence[Article]) -> None:
    """What was typed in the editor is in a file now; a file that was given is still there."""
    if path is None:
        keep(as_opened(articles[0]), Path(f"{articles[0].id}.toml"))
    else:
        click.echo("Nothing was saved.")


def _switching(name: str, *, active: bool, said: str, already: str) -> click.Command:
    @click.command(name, help=f"{said} ID.")
    @click.argument("article_id", metavar="ID")
    @click.pass_obj
    def command(reach: Reach, article_id: str) -> None:
        base = reach()
        base.article(article_id)
        done = base.switch(article_id, active=active)
        click.echo(f"{article_id} {name}." if done else f"{article_id} {already}; nothing was changed.")

    return command


off = _switching("off", active=False, said="Let no customer be answered with", already="is off already")
on = _switching("on", active=True, said="Answer again with", already="is on already")


@click.command()
@click.argument("article_id", metavar="ID")
@click.pass_obj
def undo(reach: Reach, article_id: str) -> None:
    """Take back the last change of an article; once more brings it back."""
    base = reach()
    before = base.article(article_id)
    if not base.undo(article_id):
        raise click.ClickException(
            f"Nothing was before: `relais faq off {article_id}` lets it answer nobody."
        )
    after = base.article(article_id)
    for line in difference(before.article, after.article):
        click.echo(line)
    click.echo(f"{article_id} is {state(after, base.today())}, as it was before its last change.")


@click.command()
@click.argument("article_id", metavar="ID")
@click.option(
    "--limit", default=20, show_default=True, type=Whole(1, MOST_CHANGES), help="So many changes at most."
)
@click.pass_obj
def history(reach: Reach, article_id: str, limit: int) -> None:
    """What became of an article, the newest first: when, by whom, and what differs."""
    base = reach()
    base.article(article_id)
    found = base.changes(article_id, limit + 1)
    for at, change in enumerate(found[:limit]):
        before = found[at + 1].article if at + 1 < len(found) else None
        click.echo(f"{_moment(base, change)}  {change.kind}  by {change.by or 'the command line'}")
        if before is not None:
            for line in difference(before, change.article):
                click.echo(line)


def _moment(base: Base, change: Change) -> str:
    return f"{change.at.astimezone(base.zone):%Y-%m-%d %H:%M}"
