"""An agent acts: claim, reply, note, resolve, release, motive. A refusal says why and changes nothing."""

import unicodedata
from datetime import datetime

from core.domain.asked import Used
from core.domain.conversation import Conversation, Priority, Status, WaitingFor
from core.domain.decide import closing, late, to_team, with_team
from core.domain.decide.turn import Turn, refused
from core.domain.effects import (
    Abandon,
    Condition,
    Mark,
    Resend,
    StopTimer,
    ToCustomer,
    ToThread,
)
from core.domain.events import (
    AgentAct,
    AgentChoseMotive,
    AgentClaimed,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    AgentSettled,
    TimerKind,
)
from core.domain.lines import Line, Words, line
from core.domain.rules import Agent, Motive, Rules, Urgent
from core.domain.situation import Decision, Situation
from core.domain.triage import Criterion


def decide_agent(situation: Situation, event: AgentAct, now: datetime, rules: Rules) -> Decision:
    """Refuse what cannot be done on this conversation at all; else do what was asked."""
    conversation = situation.conversation
    if conversation is None:
        return refused("gone", "refuse.gone")
    turn = Turn(situation, conversation, now, rules)
    if why := _why_not_at_all(turn, event):
        told = "restored" if why == "late" and late.was_lost(turn, event) else why
        return refused(why, f"refuse.{told}", customer=who(turn))
    match event:
        case AgentClaimed():
            return _claim(turn, event)
        case AgentReplied():
            return _reply(turn, event)
        case AgentNoted():
            return _note(turn, event)
        case AgentResolved():
            return _resolve(turn, event)
        case AgentReleased():
            return _release(turn, event.agent)
        case AgentChoseMotive():
            return _choose_motive(turn, event)
        case _:
            return _settle(turn, event)


def _why_not_at_all(turn: Turn, event: AgentAct) -> str:
    conversation = turn.conversation
    if conversation.status is Status.BOT:
        return "with_bot"
    if late.is_too_late(turn, event):
        return "late"
    is_closed = conversation.status is Status.CLOSED
    return "closed" if is_closed and not isinstance(event, AgentNoted | AgentSettled) else ""


def who(turn: Turn) -> str:
    """How agents name the customer."""
    return turn.shown_name()


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of it: white space and characters without a shape do not count."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in text)


def _is_withheld(conversation: Conversation, event: AgentClaimed | AgentReplied) -> bool:
    """Somebody else's: to take it from one colleague is not to take it from the next."""
    return bool(conversation.owner) and conversation.owner not in {event.agent.id, event.take_over_from}


def _owned(turn: Turn) -> Decision:
    owner = turn.situation.owner_name
    return refused("owned", "refuse.owned", customer=who(turn), owner=owner)


def _claim(turn: Turn, event: AgentClaimed) -> Decision:
    conversation = turn.conversation
    if conversation.status is Status.RESOLVED:
        return refused("resolved", "refuse.resolved", customer=who(turn))
    if conversation.owner == event.agent.id:
        return refused("yours", "refuse.yours", customer=who(turn))
    if _is_withheld(conversation, event):
        return _owned(turn)
    _take(turn, event.agent, late.typed_at(event, turn.now))
    if turn.can_write():
        turn.say(_claim_told(turn, event.agent))
    return turn.decided(line("answer.claimed", customer=who(turn), channel=turn.situation.channel.label))


def _claim_told(turn: Turn, agent: Agent) -> Line:
    """The first name comes from the rules file, never from the team's own door (P22)."""
    named = turn.rules.agent(agent.id)
    return line("claim.named", agent=named.name) if named else line("claim.unnamed")


def _take(turn: Turn, agent: Agent, at: datetime) -> None:
    """The agent becomes the one owner; a former owner is told."""
    before = turn.conversation.owner
    turn.lose(agent.id)
    turn.change(status=Status.IN_PROGRESS, owner=agent.id, claimed_at=at)
    mentions = (agent.id, before) if before else (agent.id,)
    key = "thread.taken_over" if before else "thread.claimed"
    turn.tell_team(Mark.FACT, line(key, agent=agent.name), mentions=mentions)
    turn.refresh_card()


def _reply(turn: Turn, event: AgentReplied) -> Decision:
    refusal = _why_not_reply(turn, event)
    if refusal is not None:
        return refusal
    if turn.conversation.status is Status.RESOLVED:
        turn.do(StopTimer(TimerKind.CLOSE))
    if turn.conversation.owner != event.agent.id:
        _take(turn, event.agent, late.typed_at(event, turn.now))
    closing.settle_promise(turn)
    turn.change(
        status=Status.IN_PROGRESS,
        resolved_at=None,
        first_reply_at=turn.conversation.first_reply_at or turn.now,
        last_agent_at=late.typed_at(event, turn.now),
        waiting_for=WaitingFor.CUSTOMER,
        waiting_since=turn.now,
    )
    address = turn.conversation.address
    turn.do(ToCustomer(address, (event.text,), agent=event.agent.id))
    turn.do(ToThread(Mark.AGENT, (event.text,), who=event.agent.name, shows_delivery=True))
    if event.article:
        turn.do(Used(event.article))
    turn.refresh_card()
    told = {"customer": who(turn), "handle": turn.conversation.handle}
    return turn.decided(line("answer.replied", channel=turn.situation.channel.label, **told))


def _why_not_reply(turn: Turn, event: AgentReplied) -> Decision | None:
    if not is_visible(event.text):
        return refused("empty", "refuse.empty_reply")
    if _is_withheld(turn.conversation, event):
        return _owned(turn)
    if turn.conversation.status is Status.RESOLVED and turn.conversation.resolved_at != event.reopens:
        return refused("reopens", "refuse.resolved_reply", customer=who(turn))
    if turn.situation.sent_before is not None and not event.twice:
        return refused("twice", "refuse.again", customer=who(turn))
    if absence := turn.why_not_write():
        return refused(absence, f"refuse.{absence}", customer=who(turn))
    return None


def _note(turn: Turn, event: AgentNoted) -> Decision:
    if not is_visible(event.text):
        return refused("empty", "refuse.empty_note")
    agent = event.agent
    late.keep(turn, event)
    if not event.reference:
        turn.do(ToThread(Mark.NOTE, (event.text,), who=agent.name))
    return turn.decided(line("answer.noted", customer=who(turn)))


def _resolve(turn: Turn, event: AgentResolved) -> Decision:
    refusal = _why_not_resolve(turn, event)
    if refusal is not None:
        return refusal
    recap = event.recap.strip()
    motive = event.motive or turn.conversation.motive
    turn.lose(event.agent.id)
    if event.motive:
        turn.change(motive=event.motive)
    closing.resolve(turn, recap, motive)
    turn.change(last_agent_at=late.typed_at(event, turn.now))
    if absence := turn.why_not_write():
        why = line(f"untold.{absence}")
        told = line("thread.resolved_untold", agent=event.agent.name, recap=recap, why=why)
        turn.tell_team(Mark.FACT, told)
        return turn.decided(line("answer.resolved_untold", customer=who(turn), why=why))
    turn.change(first_reply_at=turn.conversation.first_reply_at or turn.now)
    turn.say(*_farewell(turn, recap, event.next_step.strip()), recap=True)
    turn.tell_team(Mark.FACT, line("thread.resolved", agent=event.agent.name, recap=recap))
    return turn.decided(line("answer.resolved", customer=who(turn)))


def _farewell(turn: Turn, recap: str, next_step: str) -> Words:
    """Recap, next step, and how to re-open (R122, R093)."""
    following = line("resolved.next_is", step=next_step) if next_step else line("resolved.next_step")
    reopen = line("resolved.reopen", delay=turn.rules.timers.close_after)
    return (line("resolved.intro"), recap, following, reopen)


def _why_not_resolve(turn: Turn, event: AgentResolved) -> Decision | None:
    conversation, agent = turn.conversation, event.agent
    if conversation.status is Status.RESOLVED:
        return refused("resolved", "refuse.resolved", customer=who(turn))
    refusal = _not_his(turn, agent)
    if refusal is not None:
        return refusal
    if not is_visible(event.recap):
        return refused("empty", "refuse.empty_recap", customer=who(turn))
    if turn.rules.motive(event.motive or conversation.motive) is None:
        return refused("motive", "refuse.motive", customer=who(turn))
    if event.typed_at and _wrote_since(conversation, event.typed_at):
        return refused("again", "refuse.wrote_meanwhile", customer=who(turn))
    return None


def _wrote_since(conversation: Conversation, moment: datetime) -> bool:
    latest = conversation.last_customer_at
    return latest is not None and latest > moment


def _not_his(turn: Turn, agent: Agent) -> Decision | None:
    """Resolving and releasing belong to the owner and to managers."""
    if agent.is_manager or turn.conversation.owner == agent.id:
        return None
    if not turn.conversation.owner:
        return refused("unclaimed", "refuse.unclaimed", customer=who(turn))
    return _owned(turn)


def _release(turn: Turn, agent: Agent) -> Decision:
    if turn.conversation.status is Status.RESOLVED:
        return refused("resolved", "refuse.resolved", customer=who(turn))
    if not turn.conversation.owner:
        return refused("unclaimed", "refuse.already_free", customer=who(turn))
    refusal = _not_his(turn, agent)
    if refusal is not None:
        return refusal
    turn.lose(agent.id)
    turn.change(status=Status.OPEN, owner="", claimed_at=None)
    if turn.conversation.promised_for is None and turn.can_write():
        with_team.tell_promise(turn)  # whoever is in the queue has been told a time (I6)
    turn.tell_team(Mark.FACT, line("thread.released", agent=agent.name))
    turn.refresh_card()
    if turn.conversation.is_urgent:
        to_team.call_on_duty(turn)  # it may have become urgent while somebody owned it
    return turn.decided(line("answer.released", customer=who(turn)))


def _choose_motive(turn: Turn, event: AgentChoseMotive) -> Decision:
    motive = turn.rules.motive(event.motive)
    if motive is None:
        return refused("motive", "refuse.no_such_motive")
    turn.change(motive=motive.key)
    turn.change(mode=to_team.mode_of(turn))
    turn.tell_team(Mark.FACT, line("thread.motive", agent=event.agent.name, motive=motive.label))
    turn.refresh_card()
    _weigh_anew(turn, motive)
    return turn.decided(line("answer.motive", customer=who(turn), motive=motive.label))


def _weigh_anew(turn: Turn, motive: Motive) -> None:
    """A motive that is always urgent makes the request so; one corrected away takes its urgency along."""
    conversation = turn.conversation
    by_motive = conversation.criterion is not None and conversation.criterion.kind == "motive"
    if by_motive and motive.urgent is not Urgent.ALWAYS:
        criterion = to_team.criterion_of(turn)
        turn.change(priority=Priority.URGENT if criterion else Priority.NORMAL, criterion=criterion)
    is_waited_for = conversation.status in {Status.OPEN, Status.IN_PROGRESS}
    if motive.urgent is Urgent.ALWAYS and is_waited_for and not conversation.is_urgent:
        _make_urgent(turn, motive)


def _make_urgent(turn: Turn, motive: Motive) -> None:
    """The motive is always urgent: while nobody owns it the team is called and the customer told sooner."""
    turn.change(priority=Priority.URGENT, criterion=Criterion("motive", motive.key))
    if not turn.conversation.owner:
        to_team.call_on_duty(turn)
        if turn.can_write():
            with_team.promise_sooner(turn)


def _settle(turn: Turn, event: AgentSettled) -> Decision:
    """What a human decides about an effect whose outcome nobody can tell (ARCHITECTURE §6)."""
    effect = turn.situation.effect
    is_ours = effect is not None and effect.conversation_id == turn.conversation.id
    if effect is None or not is_ours or effect.state != "unknown":
        return refused("settled", "refuse.settled")
    if event.resend and (absence := turn.why_not_write()):
        return refused(absence, f"refuse.{absence}", customer=who(turn))
    if event.resend and effect.condition == Condition.WITH_BOT:
        return refused("bots", "refuse.bots_words", customer=who(turn))
    turn.do(Resend(effect.id) if event.resend else Abandon(effect.id))
    key = "thread.resent" if event.resend else "thread.abandoned"
    turn.tell_team(Mark.FACT, line(key, agent=event.agent.name))
    return turn.decided(line("answer.resent" if event.resend else "answer.abandoned", customer=who(turn)))
