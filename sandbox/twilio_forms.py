"""The forms Twilio posts: what a WhatsApp user did, and what became of a message of ours (T3, T33a)."""

import json

from sandbox.twilio_memory import API_VERSION, Memory, MessageRecord, Person, is_address

KINDS = {
    "image": "image/jpeg",
    "audio": "audio/ogg",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
    "contacts": "text/vcard",
    "location": "",
}
"""The media a person can send, with the type assumed for each."""
WINDOW_CLOSED = "Failed to send freeform message because you are outside the allowed window."

Form = dict[str, str]


def inbound(memory: Memory, person: Person, sid: str, body: str, message_type: str) -> Form:
    """A message of this person, with the field set of real captures."""
    context = {"ProfileName": person.profile_name}
    wa_id = {"WaId": person.phone.removeprefix("+")} if person.phone else {}
    metadata = {"type": "whatsapp", "data": {"context": context | wa_id}}
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": memory.account_sid,
        "From": person.address,
        "To": memory.sender,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "SmsStatus": "received",
        "MessageType": message_type,
        "ProfileName": person.profile_name,
        **wa_id,
        "ExternalUserId": person.external_id,
        "ApiVersion": API_VERSION,
        "ChannelMetadata": json.dumps(metadata, separators=(",", ":")),
    }


def pressed(memory: Memory, prompt: MessageRecord, button_id: str) -> Form:
    """What a press adds to the form: the button's or the row's id, and the message it belongs to."""
    button = next((one for one in prompt.buttons if one["id"] == button_id), None)
    if button is None:
        raise ValueError(f"the message holds no {button_id}")
    quoted = {"OriginalRepliedMessageSid": prompt.sid, "OriginalRepliedMessageSender": memory.sender}
    if button["kind"] == "row":
        return {"Body": button["title"], "ListId": button_id, "ListTitle": button["title"]} | quoted
    words = {"Body": button["title"], "ButtonText": button["title"], "ButtonPayload": button_id}
    return words | quoted | {"Forwarded": "false", "FrequentlyForwarded": "false"}


def status_report(
    memory: Memory, record: MessageRecord, status: str, error_code: int | None, person: Person | None
) -> Form:
    """A status callback: no words of the message, the recipient masked."""
    recipient = record.to.removeprefix("whatsapp:")
    form = {
        "MessageSid": record.sid,
        "SmsSid": record.sid,
        "AccountSid": memory.account_sid,
        "From": record.from_,
        "To": record.to,
        "MessageStatus": status,
        "SmsStatus": status,
        "ApiVersion": API_VERSION,
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": f"XE{1:032x}",
        "ChannelToAddress": f"{recipient[:-4]}XXXX",
    }
    if status == "sent":
        form["StructuredMessage"] = "true" if record.buttons else "false"
    if status in {"delivered", "read"} and person is not None:
        form["ExternalUserId"] = person.external_id
    if error_code is not None:
        form["ErrorCode"] = str(error_code)
    if error_code == 63016:
        form["ChannelStatusMessage"] = WINDOW_CLOSED
    return form


def remember(memory: Memory, form: Form) -> None:
    """Note the inbound message a form tells of, also one that was made by hand; a repeated one once."""
    sender, sid = form.get("From", ""), form.get("MessageSid", "")
    if "MessageStatus" in form or "CallSid" in form or not sid or not is_address(sender):
        return
    person = memory.find_person(sender) or _stranger(memory, form)
    if sid in memory.messages:
        return
    now = memory.clock()
    person.last_inbound_at = now
    media = [value for name, value in form.items() if name.startswith("MediaUrl")]
    record = MessageRecord(
        sid, "inbound", sender, form.get("To", ""), form.get("Body", ""), now, "received", media_urls=media
    )
    record.form = dict(form)
    record.date_sent = now
    record.step("received", None, now)
    memory.messages[sid] = record


def _stranger(memory: Memory, form: Form) -> Person:
    address = form["From"].removeprefix("whatsapp:")
    phone = address if address.startswith("+") else None
    own_id = form.get("ExternalUserId", "").removeprefix("whatsapp:")
    opaque = own_id or (memory.opaque_id() if phone else address)
    person = Person(opaque, form.get("ProfileName", ""), phone)
    memory.persons.append(person)
    return person
