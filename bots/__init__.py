"""The customers' doors: one module a channel, and what each of them is made of.

A door translates, and decides nothing. `receive…` checks that a request is genuine before it reads a word of
it, turns it into an event of `core.domain.events` and gives it to the desk; `carry` brings an effect of the
outbox to the platform and says how the call ended (`core.jobs`). The refusals and the errors of a platform's
library are known here and nowhere else.

    whatsapp           the WhatsApp door, through Twilio
      twilio_forms       what its webhooks say, as events
      twilio_media       what a customer sent beside words
      twilio_signature   whether it signed a request
      twilio_codes       what its error codes mean for the team
      twilio_menus       menus as it keeps them, and what comes back of them
      twilio_contents    those of our account: made once, remembered, replaced by numbered words
      twilio_typing      the typing sign, a courtesy
      twilio_api         the calls made to it, and how they end
      twilio_checkup     what `relais doctor` asks
    telegram           the Telegram door
      telegram_updates     what an update says, as an event
      telegram_messages    what a message says, and what the buttons under ours send back
      telegram_media       what a customer sent beside words
      telegram_send        one message to one chat, its keyboards, and how the call ends
      telegram_courtesies  small kindnesses beside the outbox, and leaving groups
      telegram_request     how calls leave, and how long they may take
      telegram_polling     fetching updates, where nobody can call us
      telegram_checkup     what `relais doctor` asks
      telegram_setup       how updates reach us and the menus of commands, told when the service starts
    web                what both doors do with a request: bounded, verified, heard, answered
"""

import logging

TALKATIVE = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "twilio": logging.WARNING,
    # As an error it writes down a whole answer that it cannot read, with a customer's words in it.
    "telegram": logging.CRITICAL + 1,
}


def quiet_libraries() -> None:
    """Silence the libraries that write addresses, tokens or contents into the log (G39)."""
    for name, level in TALKATIVE.items():
        logging.getLogger(name).setLevel(level)
