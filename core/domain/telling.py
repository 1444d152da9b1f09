"""An article or a macro told to a customer: its own words, with what they hold of them and of the house."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain import variables
from core.domain.customer import Customer
from core.domain.knowledge import Article
from core.domain.lines import Line, Value, Words, line
from core.domain.opening import day_line, week_line
from core.domain.rules import Delay, Macro, Rules
from core.domain.variables import filled


@dataclass(frozen=True)
class Telling:
    """To whom, on which channel, when. `motive`: its team's hours are told; without one, the service's.
    `language`: that of a macro, in which it asks for what the motive needs."""

    customer: Customer
    channel: str
    now: datetime
    rules: Rules
    motive: str = ""
    language: str = ""

    def value_of(self, variable: str) -> Value:
        """What a variable stands for now; an empty text when nothing is known, as on a closed day."""
        motive = self.rules.motive(self.motive)
        team = self.rules.team_of(self.motive).key if motive else None
        hours = self.rules.hours_of(team)
        match variable:
            case variables.FIRST_NAME:
                return self.customer.first_name
            case variables.HOURS:
                return week_line(hours) or ""
            case variables.HOURS_TODAY:
                return day_line(self.now.astimezone(hours.zone).date(), hours) or ""
            case variables.DELAY:
                return delay_line(self.rules.first_response(self.channel))
            case variables.SERVICE:
                return self.rules.service_name
            case variables.ASKED:
                asked = motive.asked_in(self.language or self.rules.language) if motive else ()
                return "\n".join(f"- {each}" for each in asked)
        return ""


def delay_line(delay: Delay) -> Line:
    """« 4 heures ouvrées », « 1 jour ouvré », « 30 minutes »."""
    if delay.working_days:
        return line("delay.working_days", count=delay.working_days)
    minutes = round(delay.elapsed / timedelta(minutes=1))
    if minutes and minutes % 60 == 0:
        return line("delay.hours", count=minutes // 60)
    return line("delay.minutes", count=minutes)


def article_words(article: Article, telling: Telling) -> Words:
    """The answer, the steps, what comes next; the language they are written in is the article's."""
    steps = "\n".join(f"- {step}" for step in article.steps)
    texts = (article.answer, steps, article.follow_up)
    return tuple(filled(text, telling.value_of) for text in texts if text)


def macro_words(macro: Macro, telling: Telling) -> Words:
    """Paragraph by paragraph, so that what is left out takes no empty line with it; no brace stays (I13)."""
    paragraphs = (paragraph.strip("\n") for paragraph in macro.text.split("\n\n"))
    return tuple(filled(paragraph, telling.value_of) for paragraph in paragraphs if paragraph)
