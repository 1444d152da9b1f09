"""The form of an article: opened empty, from a gap, from a reply or for change; and heard."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from core.desk import Outcome
from core.domain.knowledge import Article
from core.domain.rules import Agent
from core.library import Library
from core.wishes import Fault, Saved, Wish
from handoff.acts import Acts
from handoff.answers import Answer
from handoff.article_form import NEW, ArticleForm, ArticleLayout, BadDay, Written, article_of, read
from handoff.courtesies import Courtesies, Place
from handoff.forms import Forms
from handoff.roster import NotOnRoster, Roster

log = structlog.get_logger("handoff")

FIRST = "question"
"""The field under which what is about none of them stands."""


class Articles:
    """Opens the form, and saves what it brings."""

    def __init__(
        self,
        *,
        library: Library,
        acts: Acts,
        roster: Roster,
        forms: Forms,
        layout: ArticleLayout,
        courtesies: Courtesies,
        language: str,
    ) -> None:
        self._library = library
        self._acts = acts
        self._roster = roster
        self._forms = forms
        self._layout = layout
        self._courtesies = courtesies
        self._language = language

    async def offer(
        self,
        agent: Agent,
        trigger: str,
        place: Place,
        draft: Article = NEW,
        seen: int = 0,
        *,
        typed: str = "",
    ) -> Answer | None:
        """The form with these words in it; None once it is shown. `typed`: what is given back else, where it
        is more than the question that was made of it."""
        given_back = typed or draft.question
        if not agent.is_referent:
            return Answer(self._acts.said("refuse.not_referent"), given_back=given_back)
        article = draft if draft.language and draft is not NEW else replace(draft, language=self._language)
        if await self._forms.opened(trigger, self._layout.view(ArticleForm(article, seen, place))):
            return None
        return Answer(self._acts.said("base.not_opened"), given_back=given_back)

    async def offer_change(self, agent: Agent, trigger: str, place: Place, article_id: str) -> Answer | None:
        """The form of an article as it stands; None once it is shown."""
        standing = await self._library.standing(article_id)
        if standing is None:
            return Answer(self._acts.said("refuse.article_gone"))
        return await self.offer(agent, trigger, place, standing.article, standing.seen)

    async def offer_promoted(
        self, agent: Agent, trigger: str, place: Place, conversation: str, reference: str = ""
    ) -> Answer | None:
        """The form with a customer's question and an agent's reply to it; None once it is shown."""
        draft = await self._library.promoted(conversation, reference)
        if draft is None:
            return Answer(self._acts.said("answers.no_conversation_here"))
        return await self.offer(agent, trigger, place, draft)

    async def sent(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The form was sent: what Slack is answered; None closes the form.

        Whatever fails, it stays open with what was typed: Slack never sends it again by itself.
        """
        written = read(body["view"])
        if not written.is_ours:
            return self._errors(written, {FIRST: self._acts.said("modal.stale")})
        try:
            return await self._sent(body, written)
        except NotOnRoster as refusal:
            told = self._acts.said(refusal.reason)
        except BadDay as bad:
            return self._errors(written, self._told([Fault(bad.field, bad.told)]))
        except Exception as error:  # noqa: BLE001 - the words are in the form and nowhere else
            log.error("article_form_failed", error=type(error).__name__)
            told = self._acts.said("modal.failed")
        return self._errors(written, {FIRST: told})

    async def _sent(self, body: Mapping[str, Any], written: Written) -> dict[str, Any] | None:
        user = body["user"]
        agent = await self._roster.agent(str(user["id"]), str(user.get("team_id", "")))
        standing = await self._library.standing(written.article_id) if written.article_id else None
        if written.article_id and standing is None:
            return self._errors(written, {FIRST: self._acts.said("refuse.article_gone")})
        article = article_of(written, standing.article if standing else None)
        key = f"slack:{user.get('team_id', '')}:view:{body['view']['id']}"
        saved = await self._library.save(agent, key, Wish(article, written.seen, written.despite))
        return self._answered(agent, written, article, saved)

    def _answered(
        self, agent: Agent, written: Written, article: Article, saved: Saved
    ) -> dict[str, Any] | None:
        match saved.outcome:
            case Outcome.DONE:
                self._courtesies.whisper(
                    written.place, agent.id, self._saved(saved.article or article, saved)
                )
                return None
            case Outcome.DUPLICATE:
                return self._errors(written, {FIRST: self._acts.said("base.saved_already")})
            case _ if saved.clashes:
                return self._asked_again(written, article, saved)
        told = {FIRST: self._acts.line(saved.told)} if saved.told else self._told(saved.faults)
        return self._errors(written, told)

    def _saved(self, article: Article, saved: Saved) -> Answer:
        told = self._acts.said("base.saved", question=article.question)
        lacks = "" if article.follow_up else self._acts.said("base.lacks_follow_up")
        bound = self._acts.line(saved.bound) if saved.bound else ""
        return Answer("\n".join(filter(None, [told, lacks, bound])))

    def _asked_again(self, written: Written, article: Article, saved: Saved) -> dict[str, Any]:
        """What would go wrong, and the form that saves all the same."""
        lines = (*(each.told for each in saved.faults), *filter(None, [saved.bound]))
        form = ArticleForm(
            replace(article, id=written.article_id),
            written.seen,
            written.place,
            told=(self._acts.said("base.clashes"), *map(self._acts.line, lines)),
            despite=saved.clashes,
            typed=written.texts,
        )
        return {"response_action": "update", "view": self._layout.view(form)}

    def _told(self, faults: Iterable[Fault]) -> dict[str, str]:
        told: dict[str, str] = {}
        for fault in faults:
            told[fault.field] = "\n".join(filter(None, [told.get(fault.field), self._acts.line(fault.told)]))
        return told

    def _errors(self, written: Written, told: Mapping[str, str]) -> dict[str, Any] | None:
        """Each under its field; under the first one where the form has no such field."""
        if not written.fields:
            return None
        shown: dict[str, str] = {}
        for field, text in told.items():
            place = field if field in written.fields else written.fields[0]
            shown[place] = "\n".join(filter(None, [shown.get(place), text]))
        return {"response_action": "errors", "errors": shown}
