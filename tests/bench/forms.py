"""The requests of the load, built and signed before the clock starts: nothing of it is measured."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qsl, urlencode

from sandbox.twilio_signature import sign

ACCOUNT = "AC" + "1" * 32
TOKEN = "a" * 32
SENDER = "whatsapp:+33700000001"
PUBLIC = "https://relais.test"
SLACK_SECRET = "s" * 32
CHANNEL = "C0SAV"

_NUMBERS = count(1)

_OPENINGS = (
    "Bonjour, je reviens vers vous",
    "Re-bonjour, une précision",
    "Petit complément",
    "Merci pour votre retour rapide",
    "J'ai oublié de vous dire une chose",
    "Encore moi, désolée",
    "Suite à mon message de tout à l'heure",
    "Bonsoir, toujours au sujet de ma demande",
    "Voilà ce que j'ai retrouvé",
    "Comme convenu",
    "Je viens de vérifier",
    "Excusez-moi d'insister",
)
_MIDDLES = (
    "le carton était ouvert d'un côté",
    "le livreur est passé hier à 14 h 30 mais personne n'a sonné",
    "il manque un des deux articles, la lampe",
    "la taille ne va pas, je préfère un échange en 40",
    "le lien que j'ai reçu ne s'ouvre pas sur mon téléphone",
    "la facture est encore à mon ancienne adresse",
    "le point relais dit qu'il n'a jamais rien vu",
    "j'ai payé deux fois et un seul paiement apparaît chez vous",
    "le code promo de l'anniversaire n'a pas été pris en compte",
    "ma fille a essayé sur son ordinateur et c'est la même chose",
    "la référence est sur la deuxième page, en bas à droite",
    "je serai absent jeudi toute la journée",
)
_ENDINGS = (
    "pourriez-vous prévoir plutôt vendredi matin ?",
    "est-ce que cela vous suffit ?",
    "dites-moi si vous avez besoin d'une photo.",
    "je reste joignable sur ce numéro.",
    "merci d'avance pour votre aide.",
    "je peux passer en boutique si c'est plus simple.",
    "qu'est-ce que je dois faire maintenant ?",
    "j'attends votre réponse avant de renvoyer le paquet.",
    "c'est un cadeau pour dimanche.",
    "bonne journée à vous.",
    "je vous envoie le justificatif ce soir.",
    "voilà, vous savez tout.",
)
_NAMES = (
    "Marie Paul Inès Karim Chloé Hugo Nadia Louis Rose Samir Jeanne Oscar Aïcha Simon Élise Victor".split()
)


def detail(number: int) -> str:
    """What a customer adds once the team has their request; 1,728 texts before one comes again."""
    parts = (
        _OPENINGS[number % 12],
        _MIDDLES[number // 12 % 12],
        _ENDINGS[number // 144 % 12],
    )
    return f"{parts[0]} : {parts[1]}, {parts[2]}"


def name(number: int) -> str:
    """A customer's name."""
    return f"{_NAMES[number % 16]} {_NAMES[number // 16 % 16]}"


def phone(number: int) -> str:
    """A customer's number."""
    return f"+3361{number:07}"


def form(number: int, text: str) -> bytes:
    """The body of one message, with the fields of real captures; a message of its own each time."""
    sid = f"SM{next(_NUMBERS):032x}"
    digits = phone(number)
    fields = {
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ProfileName": name(number),
        "MessageType": "text",
        "SmsSid": sid,
        "WaId": digits.removeprefix("+"),
        "SmsStatus": "received",
        "Body": text,
        "To": SENDER,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:{digits}",
        "ApiVersion": "2010-04-01",
    }
    return urlencode(fields).encode()


def whatsapp(number: int, text: str) -> bytes:
    """One signed request of Twilio's, ready for the socket."""
    body = form(number, text)
    signature = sign(TOKEN, f"{PUBLIC}/twilio/message", parse_qsl(body.decode()))
    return _request("/twilio/message", body, {"X-Twilio-Signature": signature})


def command(name: str, text: str, user: str) -> bytes:
    """One signed slash command of Slack's."""
    body = urlencode(
        {
            "command": name,
            "text": text,
            "user_id": user,
            "channel_id": CHANNEL,
            "team_id": "T0RELAIS01",
            "trigger_id": f"{next(_NUMBERS)}.1",
            "response_url": "https://hooks.slack.com/commands/1",
        }
    ).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SLACK_SECRET.encode(), b":".join((b"v0", stamp.encode(), body)), hashlib.sha256)
    return _request(
        "/slack",
        body,
        {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest.hexdigest()}"},
    )


def _request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = {
        "Host": "relais.test",
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Content-Length": str(len(body)),
        "I-Twilio-Idempotency-Token": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def details(customers: int) -> Iterator[bytes]:
    """Customers whose request the team has add a detail each, in turn, for ever; no two texts are alike."""
    for number in count():
        yield whatsapp(number % customers, detail(number * 7))
