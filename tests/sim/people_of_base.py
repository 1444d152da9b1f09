"""What people of the team do with the knowledge base, each as often as Slack says that it failed."""

import asyncio
import json

from sandbox.slack import Answer, Button, buttons
from tests.sim.people import PATIENCE, Member


async def writes_an_article(member: Member, question: str, answer: str) -> bool:
    """`/article`, and its form; whether it is saved, as far as they are told."""
    await member.types("/article", question, chooses=None)
    return await sends(member, {"answer": answer, "language": "fr"})


async def promotes(member: Member, thread: str, ts: str) -> bool:
    """The shortcut on a line in a thread, and its form, as it was filled in."""
    await member.uses("sc_article", ts)
    return bool(thread) and await sends(member, {"language": "fr"})


async def opens_a_change(member: Member, words: str, article: str = "") -> bool:
    """*Modifier* on an article that is found by these words, or the first; whether its form stands there."""
    hands = member.world.slack.hands
    hands.close(member.agent.id)
    await presses_of(member, "/kb", words, "kb_edit", article)
    return hands.modal(member.agent.id) is not None


async def presses_of(member: Member, command: str, words: str, verb: str, article: str = "") -> Answer | None:
    """A page of the base, and the first of its buttons of that verb (and of that article); None when there is
    none."""
    page = await member.types(command, words, chooses=None)
    for button in of_verb(page, verb, article):
        return await member.presses(page, button)
    return None


def of_verb(page: Answer, verb: str, article: str = "") -> list[Button]:
    """The buttons of a page with that verb, of that article or of any."""
    offered = buttons(page.shown) if page.shown is not None else []
    found = [button for button in offered if button.action_id.split(":")[0] == verb]
    return [button for button in found if not article or json.loads(str(button.value))["a"] == article]


async def sends(member: Member, values: dict[str, str]) -> bool:
    """Send the form of an article until it is taken, or something is wrong with it."""
    hands = member.world.slack.hands
    view = hands.modal(member.agent.id)
    if view is None:
        return False
    member.done["sends an article"] += 1
    for _ in range(PATIENCE):
        view = await hands.submit(member.agent.id, values, view=view)
        if not view.is_open or "" not in view.errors:
            break
        await asyncio.sleep(7.0)
    is_saved = not view.is_open
    hands.close(member.agent.id)
    return is_saved


async def inserts(member: Member, words: str, marked: str, command: str = "/faq") -> bool:
    """`/faq` or `/macro`, *Insérer*, and the reply with their own words before those that were ready."""
    # A form that still stood open would be taken for this one.
    member.world.slack.hands.close(member.agent.id)
    if await presses_of(member, command, words, f"{command[1:]}_insert") is None:
        return False
    view = member.world.slack.hands.modal(member.agent.id)
    if view is None or any(block.get("block_id") == "conversation" for block in view.content["blocks"]):
        member.world.slack.hands.close(member.agent.id)
        return False
    held = next(block for block in view.content["blocks"] if block.get("block_id") == "text")
    text = f"{marked} {held['element']['initial_value']}"
    return await member.sends_reply(text)
