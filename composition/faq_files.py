"""`relais faq import` and `export`: a base comes from files, after a look at what changes, and goes there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from composition.faq_base import Base, Declined
from composition.faq_commands import EVERY, Reach
from composition.faq_told import collisions_told, difference, progress
from core.domain.knowledge import Article
from core.store.articles import Kept
from faq.asked import Asked
from faq.counting import counted
from faq.files import ArticleFaults, article_files, read_articles
from faq.trial import Collision, collisions_between
from faq.writing import FORMS, export


@dataclass(frozen=True)
class Plan:
    """What an import does. `off`: those that the files do not hold, where they are to be switched off."""

    base: Mapping[str, Kept]
    read: Sequence[Article]
    off: Sequence[str]
    messages: Sequence[Asked] = ()
    """Those of the evaluation file."""
    answer_from: float | None = None

    @property
    def changed(self) -> list[Article]:
        """What is new, or not as it was."""
        return [a for a in self.read if a.id not in self.base or self.base[a.id].article != a]

    def told(self) -> Iterator[str]:
        """A line for each article that changes, with what differs."""
        for article in self.changed:
            kept = self.base.get(article.id)
            if kept is None:
                yield click.style(f"  + {article.id}  {article.question}", fg="green")
                continue
            yield f"  ~ {article.id}{'' if kept.active else '  (stays off: `relais faq on` switches it on)'}"
            yield from difference(kept.article, article)
        yield from (click.style(f"  - {article_id}  switched off", fg="red") for article_id in self.off)
        added = sum(article.id not in self.base for article in self.changed)
        changed = len(self.changed) - added
        same = len(self.read) - len(self.changed)
        yield f"{added} added, {changed} changed, {len(self.off)} switched off, {same} unchanged."

    def collisions(self) -> tuple[Collision, ...]:
        """What was fine and would no longer be."""
        before = {key: kept.article for key, kept in self.base.items() if kept.active}
        fresh = {a.id: a for a in self.read if a.id not in self.base or self.base[a.id].active}
        after = {key: article for key, article in (before | fresh).items() if key not in self.off}
        with progress("Trying every phrasing", len(after) + len(self.messages)) as seen:
            return collisions_between(
                [*before.values()],
                [*after.values()],
                self.messages,
                answer_from=self.answer_from,
                seen=seen,
            )


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", "is_sure", is_flag=True, help="Do it without asking, whatever collides.")
@click.option("--replace", is_flag=True, help="Switch off what the files do not hold.")
@EVERY
@click.pass_obj
def import_articles(
    reach: Reach, path: Path, *, dry_run: bool, is_sure: bool, replace: bool, every: bool
) -> None:
    """Take articles in from PATH: a folder, or one .toml, .md or .csv file. All of them, or none."""
    base = reach()
    plan = _plan(base, path, replace=replace)
    for line in plan.told():
        click.echo(line)
    if not plan.changed and not plan.off:
        return
    if found := plan.collisions():
        click.echo(collisions_told(found, every=every))
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
    elif is_sure or click.confirm("Do it?", default=not found):
        base.put(plan.changed, "imported", plan.off)
        click.echo("Done.")
    else:
        click.echo("Nothing was changed.")
        raise Declined


def _plan(base: Base, path: Path, *, replace: bool) -> Plan:
    kept = {each.article.id: each for each in base.everything()}
    try:
        read = read_articles(path, *base.known(kept.values()))
    except ArticleFaults as error:
        told = [*error.faults, "Nothing was imported."]
        raise click.ClickException("\n".join(told)) from error
    held = {article.id for article in read}
    off = [key for key, each in kept.items() if replace and each.active and key not in held]
    return Plan(kept, read, off, base.evaluation, base.answer_from)


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--form", type=click.Choice([*FORMS]), default="toml", show_default=True)
@click.option("--overwrite", is_flag=True, help="Replace the article files that are there.")
@click.pass_obj
def export_articles(reach: Reach, path: Path, form: str, *, overwrite: bool) -> None:
    """Write the articles that are switched on into the folder PATH; `import` reads all of it."""
    there = article_files(path) if path.is_dir() else []
    if path.exists() and not path.is_dir():
        raise click.ClickException(f"{path} is a file: give a folder.")
    if there and not overwrite:
        raise click.ClickException(f"{there[0]} is there: give another folder, or --overwrite.")
    articles = reach().active()
    for old in there:
        old.unlink()
    written = export(articles, form, path)
    click.echo(f"{counted(len(articles), 'article')} in {counted(len(written), 'file')} below {path}.")
