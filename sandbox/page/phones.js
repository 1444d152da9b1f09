// The customers' phones: one on WhatsApp, one on Telegram, each showing one customer at a time.

import { bubble, dayLine } from "./bubbles.js";
import { act, el, followEnd, reconcile, toEnd } from "./dom.js";
import { withDays } from "./time.js";

const NEWCOMERS = ["Inès Laurent", "Paul Girard", "Fatou Ndiaye", "Lucas Bernard", "Amélie Roche", "Yanis Haddad"];
const LABEL = { whatsapp: "WhatsApp", telegram: "Telegram" };
const phones = new Map();

/** Shows the customers of both channels. */
export function showPhones(state) {
  for (const node of document.querySelectorAll(".phone")) {
    const { channel } = node.dataset;
    if (!phones.has(channel)) phones.set(channel, build(node, channel));
    show(phones.get(channel), state[channel]);
  }
}

function build(node, channel) {
  const phone = { channel, chosen: null, people: [] };
  phone.select = el("select", {
    "aria-label": `Client sur ${LABEL[channel]}`,
    data: { testid: `customer-${channel}` },
    on: { change: () => choose(phone) },
  });
  phone.note = el("small", {});
  phone.avatar = el("span", { class: "face", "aria-hidden": "true" });
  phone.list = el("div", { class: "bubbles", role: "log", tabindex: "0", "aria-label": `Messages sur ${LABEL[channel]}` });
  phone.notice = el("p", { class: "notice", role: "status", hidden: true });
  phone.keyboard = el("div", { class: "keyboard", data: { testid: `keyboard-${channel}` }, hidden: true });
  phone.input = el("input", {
    "aria-label": `Message sur ${LABEL[channel]}`,
    placeholder: "Message",
    maxlength: "4000",
    enterkeyhint: "send",
    data: { testid: `composer-${channel}` },
  });
  const add = { type: "button", class: "add", "aria-label": "Nouveau client", title: "Nouveau client" };
  node.append(
    el("header", {}, phone.avatar, el("div", { class: "who" }, phone.select, phone.note),
      el("button", { ...add, data: { testid: `new-${channel}` }, on: { click: () => welcome(phone) } }, "+")),
    phone.list,
    phone.notice,
    phone.keyboard,
    el("form", { class: "composer", autocomplete: "off", on: { submit: (event) => send(event, phone) } },
      phone.input, el("button", { "aria-label": "Envoyer", data: { testid: `send-${channel}` } }, arrow())),
  );
  followEnd(phone.list);
  return phone;
}

function choose(phone) {
  phone.chosen = phone.select.value;
  show(phone, phone.people);
  toEnd(phone.list, true);
}

function arrow() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 12 20 4l-5 16-3.500-6.500z");
  svg.append(path);
  return svg;
}

async function welcome(phone) {
  const taken = new Set([...phones.values()].flatMap((each) => each.people.map((one) => one.name)));
  const name = NEWCOMERS.find((each) => !taken.has(each)) ?? `Client ${phone.people.length + 1}`;
  const made = await act("/act/person/new", { channel: phone.channel, name });
  if (made) phone.chosen = made.id;
  phone.input.focus();
}

async function send(event, phone) {
  event.preventDefault();
  const text = phone.input.value.trim();
  if (!text) return;
  phone.input.value = "";
  if (!(await act(`/act/${phone.channel}/write`, { ...self(phone), text }))) phone.input.value = text;
}

const self = (phone) => phone.channel === "whatsapp" ? { person: phone.chosen } : { chat: phone.chosen };

function show(phone, people) {
  phone.people = people;
  const who = people.find((one) => one.id === phone.chosen) ?? people[0];
  if (!who) return;
  reconcile(phone.select, people.map(({ id, name }) => ({ id, name })), (one) => one.id,
    (one) => el("option", { value: one.id }, one.name));
  // A customer who was just added may not be in this state yet: the wish is kept until they are.
  if (phone.chosen === null) phone.chosen = who.id;
  phone.select.value = who.id;
  phone.select.classList.toggle("single", people.length === 1);
  phone.avatar.textContent = who.name.split(" ").map((part) => part[0]).join("").slice(0, 2).toUpperCase();
  phone.note.textContent = noteOf(phone, who);
  phone.note.title = who.phone ?? "";
  const items = withDays(who.messages.map((one) => ({ ...one, channel: phone.channel, owner: who.id })), (one) => one.at);
  reconcile(phone.list, items, (one) => one.day ? `day ${one.at}` : `${one.owner} ${one.id}`,
    (one) => one.day ? dayLine(one.day) : bubble(one));
  showNotice(phone, who);
  showKeyboard(phone, who);
}

function noteOf(phone, who) {
  const label = LABEL[phone.channel];
  if (phone.channel === "telegram") return label;
  const last = who.messages.at(-1);
  if (last?.mine && last.typing) return `${label}, on vous écrit…`;
  // WhatsApp takes free texts for 24 h after the customer's last message.
  return who.messages.length && !who.window_open ? `${label}, 24 h sans message` : label;
}

function showNotice(phone, who) {
  phone.notice.hidden = !who.notice || phone.dismissed === who.notice.id;
  if (!who.notice) return;
  phone.notice.textContent = who.notice.text;
  const { id } = who.notice;
  setTimeout(() => { phone.dismissed = id; phone.notice.hidden = true; }, 4000);
}

function showKeyboard(phone, who) {
  const rows = who.keyboard ?? [];
  phone.keyboard.hidden = rows.length === 0;
  const items = rows.map((row) => ({ row, owner: who.id }));
  reconcile(phone.keyboard, items, (item) => rows.indexOf(item.row), ({ row }) =>
    el("div", { class: "row" }, row.map((key) => el("button", {
      type: "button",
      data: { testid: key.request_contact ? "share-contact" : "reply-key" },
      on: { click: () => tap(phone, key) },
    }, key.text))));
}

function tap(phone, key) {
  if (key.request_contact) return act("/act/telegram/share", self(phone));
  return act("/act/telegram/write", { ...self(phone), text: key.text });
}
