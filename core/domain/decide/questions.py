"""What the bot's turn leaves in the log of questions; it changes nothing of the talk."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.asked import Asked, Judged, Outcome, Verdict
from core.domain.decide.turn import Turn
from core.domain.knowledge import Finding, Match


def asked(turn: Turn, text: str, finding: Finding, outcome: Outcome) -> None:
    """The base was searched for these words, and this came of it."""
    shown = finding.answer if outcome is Outcome.ANSWERED else None
    best = finding.scores[0][1] if finding.scores else 0.0
    turn.do(
        Asked(
            text=text,
            language=finding.why.language or turn.language(),
            outcome=outcome,
            article=shown.article.id if shown else "",
            confidence=shown.score if shown else best,
            scores=finding.scores,
        )
    )


def answered(turn: Turn, text: str, finding: Finding, answers: Sequence[Match]) -> None:
    """The base was searched and answered; two answers are those to two questions of the same words."""
    for answer in answers:
        asked(turn, text, replace(finding, answer=answer), Outcome.ANSWERED)


def judged(turn: Turn, verdict: str, article: str) -> None:
    """What the customer said of an article that was shown; of none, that nothing offered is meant."""
    turn.do(Judged(Verdict(verdict), article))


def person_asked(turn: Turn) -> None:
    """They asked for a person: whatever was shown last did not settle it."""
    if turn.talk.question:
        turn.do(Judged(Verdict.PERSON))
