// One message on a customer's phone, with its time, its ticks and what can be tapped.

import { act, el } from "./dom.js";
import { hour } from "./time.js";
import { why } from "./why.js";

const TICKS = {
  queued: ["✓", "en cours d’envoi"],
  accepted: ["✓", "en cours d’envoi"],
  sending: ["✓", "en cours d’envoi"],
  sent: ["✓", "envoyé"],
  received: ["✓✓", "remis"],
  delivered: ["✓✓", "remis"],
  read: ["✓✓", "lu"],
  failed: ["!", "non remis"],
  undelivered: ["!", "non remis"],
};

export const dayLine = (words) => el("div", { class: "day" }, el("span", {}, words));

/** A message of `one.channel`, ready to be tapped by `one.owner`. */
export function bubble(one) {
  return el(
    "div",
    {
      class: `bubble ${one.mine ? "mine" : "theirs"}`,
      data: { testid: one.mine ? "bubble-mine" : "bubble-theirs", id: one.id, status: statusOf(one) },
    },
    el("div", { class: "said" },
      one.contact ? el("p", { class: "file" }, `Mon numéro : +${one.contact}`) : null,
      one.files ? el("p", { class: "file" }, "Pièce jointe") : null,
      one.text ? el("p", { class: "words" }, formatted(one)) : null,
      one.mine && one.text ? why(one.text) : null,
      el("p", { class: "meta" }, one.edited ? "modifié " : null, el("time", {}, hour(one.at)), tick(one))),
    one.channel === "whatsapp" ? whatsappButtons(one) : telegramButtons(one),
  );
}

function statusOf(one) {
  if (one.channel === "telegram") return one.mine ? "read" : "received";
  return one.mine && one.typing ? "read" : one.status;
}

function tick(one) {
  // A phone shows ticks under its owner's words; under the service's, the demo shows what Twilio reports.
  if (one.channel === "telegram" && !one.mine) return null;
  const [sign, words] = TICKS[statusOf(one)] ?? ["", statusOf(one)];
  return el("span", { class: `tick ${statusOf(one)}`, role: "img", "aria-label": words, title: words }, sign);
}

function formatted(one) {
  return one.channel === "telegram" ? withEntities(one.text, one.entities) : withSigns(one.text);
}

const SIGNS = { "*": "strong", _: "em", "~": "s" };

function withSigns(text) {
  const found = text.match(/(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u);
  if (!found) return [document.createTextNode(text)];
  const after = text.slice(found.index + found[0].length);
  return [document.createTextNode(text.slice(0, found.index)), el(SIGNS[found[1]], {}, withSigns(found[2])), ...withSigns(after)];
}

const ENTITIES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };

function withEntities(text, entities) {
  const nodes = [];
  let at = 0;
  for (const entity of entities) {
    if (entity.offset < at || !(entity.type in ENTITIES)) continue;
    nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    at = entity.offset + entity.length;
    nodes.push(el(ENTITIES[entity.type], {}, text.slice(entity.offset, at)));
  }
  return [...nodes, document.createTextNode(text.slice(at))];
}

function whatsappButtons(one) {
  if (!one.buttons.length) return null;
  const tap = (each) => () => act("/act/whatsapp/press", { person: one.owner, message: one.id, button: each.id });
  return el("div", { class: "choices" }, one.buttons.map((each) =>
    choice(each.title, each.description, each.id, tap(each))));
}

function telegramButtons(one) {
  if (!one.rows.length) return null;
  const tap = (each) => () =>
    act("/act/telegram/press", { chat: one.owner, message: one.id, data: each.callback_data });
  return el("div", { class: "choices inline" }, one.rows.map((row) =>
    el("div", { class: "row" }, row.map((each) => choice(each.text, "", each.callback_data, tap(each))))));
}

function choice(title, description, id, tap) {
  const props = { type: "button", class: "choice", data: { testid: "choice", choice: id ?? "" }, on: { click: tap } };
  return el("button", props, title, description ? el("small", {}, description) : null);
}
