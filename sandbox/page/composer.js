// The line where the team types: commands with their hints, what was typed before, or a word to the channel.

import { channelId, tellFailure } from "./channel.js";
import { act, el } from "./dom.js";

const COMMANDS = [
  ["/claim", "/prendre", "un nom, ou rien", "Prendre une conversation en charge"],
  ["/reply", "/repondre", "votre texte", "Répondre au client"],
  ["/resolve", "/resoudre", "le récapitulatif", "Résoudre, avec un récapitulatif"],
  ["/note", "/noter", "votre note", "Noter, sans que le client le voie"],
  ["/release", "/rendre", "", "Rendre la conversation à la file"],
  ["/backlog", null, "", "Voir ce qui attend"],
  ["/aide", null, "", "Savoir quoi faire maintenant"],
  ["/sav", null, "un verbe", "Toutes les commandes"],
];
const NAMES = COMMANDS.flatMap(([name, alias, argument, use]) =>
  [name, alias].filter(Boolean).map((each) => ({ name: each, argument, use })));

const form = document.getElementById("command-form");
const input = document.getElementById("command");
const hints = document.getElementById("hints");
const typed = new Map();

let person = null;
let place = 0;
let chosen = -1;
let draft = "";

/** Who types from now on; each person has their own history. */
export function typeAs(who, name) {
  // What was typed before the page knew who types stays.
  if (person !== null && person !== who) input.value = "";
  person = who;
  place = history().length;
  chosen = -1;
  showHints();
  hints.hidden = hints.hidden || document.activeElement !== input;
  tellFailure(null);
  input.placeholder = `${name} : tapez / pour les commandes`;
}

function history() {
  if (!typed.has(person)) typed.set(person, []);
  return typed.get(person);
}

function matching() {
  const text = input.value;
  return /^\/\S*$/.test(text) ? NAMES.filter(({ name }) => name.startsWith(text.toLowerCase())) : [];
}

function showHints() {
  const found = matching();
  chosen = Math.min(chosen, found.length - 1);
  hints.replaceChildren(...found.map((each, index) => hint(each, index)));
  hints.hidden = found.length === 0;
  input.setAttribute("aria-expanded", String(found.length > 0));
  if (chosen >= 0) input.setAttribute("aria-activedescendant", `hint-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
}

function hint({ name, argument, use }, index) {
  const choose = (event) => { event.preventDefault(); complete(name); };
  const props = { id: `hint-${index}`, role: "option", "aria-selected": String(index === chosen), on: { mousedown: choose } };
  return el("li", props, el("b", {}, name), el("i", {}, argument), el("span", {}, use));
}

function complete(name) {
  input.value = `${name} `;
  chosen = -1;
  showHints();
  input.focus();
}

/** Puts a command into the line, ready to be completed. */
export function suggest(text) {
  input.value = text;
  chosen = -1;
  showHints();
  input.focus();
}

function choose(step, count) {
  chosen = chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count;
  showHints();
}

function recall(step) {
  const lines = history();
  if (place === lines.length) draft = input.value;
  place = Math.max(0, Math.min(lines.length, place + step));
  input.value = place === lines.length ? draft : lines[place];
  input.setSelectionRange(input.value.length, input.value.length);
  hints.hidden = true;
}

function onKey(event) {
  const found = matching();
  // With nothing typed, or while going through the history, the arrows mean the history.
  const choosing = found.length > 0 && place === history().length;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const step = event.key === "ArrowUp" ? -1 : 1;
    event.preventDefault();
    if (choosing) choose(step, found.length);
    else recall(step);
  } else if (event.key === "Tab" && choosing && !event.shiftKey) {
    event.preventDefault();
    complete(found[Math.max(chosen, 0)].name);
  } else if (event.key === "Enter" && choosing && chosen >= 0) {
    event.preventDefault();
    complete(found[chosen].name);
  } else if (event.key === "Escape") {
    hints.hidden = true;
    chosen = -1;
  }
}

async function send(event) {
  event.preventDefault();
  const line = input.value.trim();
  if (!line) return;
  history().push(line);
  place = history().length;
  input.value = "";
  chosen = -1;
  showHints();
  tellFailure(null);
  const path = line.startsWith("/") ? "/act/slack/command" : "/act/slack/say";
  const wish = line.startsWith("/") ? { line } : { text: line };
  const answer = await act(path, { user: person, channel: channelId(), ...wish });
  if (answer?.failure) tellFailure(answer.failure);
}

form.addEventListener("submit", send);
input.addEventListener("keydown", onKey);
input.addEventListener("input", () => { chosen = -1; place = history().length; showHints(); });
input.addEventListener("blur", () => { hints.hidden = true; });
