// The team's channel and the thread that is open, as the chosen person sees them.

import { body } from "./blocks.js";
import { act, el, followEnd, notify, reconcile, toEnd } from "./dom.js";
import { emoji } from "./mrkdwn.js";
import { hour, withDays } from "./time.js";

const byId = (id) => document.getElementById(id);
const channelList = byId("channel");
const threadList = byId("thread");
const failure = byId("failure");

let slack = null;
let person = null;
let open = null;

/** Shows the state of Slack to `who`. */
export function showSlack(state, who) {
  const another = person !== who;
  slack = state;
  person = who;
  const { id, name } = slack.channel;
  byId("channel-name").textContent = `# ${name}`;
  const direct = (slack.direct[`D${who.slice(1)}`] ?? []).map((line) => ({ ...line, place: "direct" }));
  const public_ = slack.messages.filter((line) => !line.reply || line.broadcast)
    .map((line) => ({ ...line, replies: line.reply ? 0 : repliesOf(line.ts).length }));
  const lines = [...public_, ...direct, ...whispers((each) => each.channel !== id || !each.thread_ts)];
  reconcile(channelList, withDays(lines.sort(byTs), (line) => Number(line.ts)), keyOf, (line) => render(line, false));
  if (another) toEnd(channelList, true);
  showThread();
}

/** The id of the channel commands are typed in. */
export const channelId = () => slack.channel.id;

const byTs = (one, other) => Number(one.ts) - Number(other.ts);
const keyOf = (line) => line.day ? `day ${line.at}` : `${line.whisper ? "only " : ""}${line.ts}`;

function whispers(wanted) {
  const mine = slack.ephemerals.filter((each) => each.user === person && wanted(each));
  return mine.map((each) => ({ ...each, whisper: true, person }));
}

function showThread() {
  const root = slack.messages.find((line) => line.ts === open);
  if (!root) open = null;
  byId("welcome").hidden = Boolean(root);
  byId("thread-close").hidden = byId("note-form").hidden = threadList.hidden = !root;
  byId("thread-name").textContent = root ? "Fil" : "Premiers pas";
  document.querySelector(".thread").dataset.open = root ? root.ts : "";
  const lines = root ? [{ ...root, root: true }, ...repliesOf(root.ts), ...whispers((each) => each.thread_ts === root.ts)] : [];
  reconcile(threadList, lines.sort(byTs), keyOf, (line) => render(line, true));
}

const repliesOf = (ts) => slack.messages.filter((line) => line.reply && line.thread_ts === ts);

/** Opens the thread of a card. */
export function openThread(ts) {
  open = ts;
  showThread();
  for (const node of channelList.children) node.classList.toggle("open", node.dataset.key === ts);
  toEnd(threadList, true);
}

// A link to a message of this workspace leads to its thread, as in Slack itself.
document.querySelector(".slack").addEventListener("click", (event) => {
  const found = event.target.closest("a")?.href.match(/\/archives\/\w+\/p(\d{10})(\d{6})/);
  if (!found) return;
  event.preventDefault();
  const ts = `${found[1]}.${found[2]}`;
  openThread(slack.messages.find((line) => line.ts === ts)?.thread_ts ?? ts);
});

followEnd(channelList);
followEnd(threadList);
byId("thread-close").addEventListener("click", () => openThread(null));

byId("note-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("note").value.trim();
  if (!text) return;
  byId("note").value = "";
  const wish = { user: person, channel: channelId(), text, thread_ts: open };
  if (!(await act("/act/slack/say", wish))) byId("note").value = text;
});

/** What Slack itself says when the service did not answer. */
export function tellFailure(words) {
  failure.textContent = words ?? "";
  failure.hidden = !words;
}

function render(line, inThread) {
  if (line.day) return el("div", { class: "day" }, el("span", {}, line.day));
  return line.whisper ? whisper(line) : message(line, inThread);
}

function presser(line) {
  return async (action_id, value) => {
    const shown = line.whisper ? { ephemeral: line.ts } : { message: line.ts };
    const channel = line.whisper ? line.channel : line.place === "direct" ? `D${person.slice(1)}` : channelId();
    const answer = await act("/act/slack/press", { user: person, channel, action_id, value, ...shown });
    if (answer?.failure) notify(answer.failure);
  };
}

function whisper(line) {
  return el(
    "div",
    { class: "line whisper", data: { testid: "ephemeral", ts: line.ts } },
    el("p", { class: "only" }, "Visible par vous seul"),
    head({ bot: true, ts: line.ts }),
    el("div", { class: "blocks" }, body(line, slack.users, presser(line))),
  );
}

function message(line, inThread) {
  const isCard = line.bot && !line.reply && !inThread && line.place !== "direct";
  const node = el(
    "article",
    {
      class: `line ${isCard ? "card" : ""} ${line.ts === open && !inThread ? "open" : ""}`,
      data: { testid: isCard ? "card" : line.root ? "thread-root" : inThread ? "thread-line" : "line", ts: line.ts },
    },
    origin(line, inThread),
    head(line),
    el("div", { class: "blocks" }, body(line, slack.users, presser(line))),
    line.files.map((name) => el("p", { class: "file" }, name)),
    reactions(line),
    inThread ? shortcuts(line) : threadLink(line, isCard),
  );
  if (isCard) node.addEventListener("click", (event) => { if (isPlain(event)) openThread(line.ts); });
  return node;
}

const SHORTCUTS = [["sc_reply", "Répondre au client"], ["sc_note", "Noter"], ["sc_resolve", "Résoudre"]];

/** The menu ⋮ of a message: the app's shortcuts. */
function shortcuts(line) {
  const use = (callback_id) => async () => {
    const answer = await act("/act/slack/shortcut", { user: person, channel: channelId(), message: line.ts, callback_id });
    if (answer?.failure) notify(answer.failure);
  };
  const offered = SHORTCUTS.map(([id, name]) =>
    el("button", { type: "button", data: { testid: `shortcut-${id}` }, on: { click: use(id) } }, name));
  return el("details", { class: "shortcuts" }, el("summary", { "aria-label": "Raccourcis de ce message" }, "⋮"), offered);
}

// A press on a button or a link, or a selected text, is not a wish to open the thread.
const isPlain = (event) => !event.target.closest("button, a") && String(getSelection()) === "";

function origin(line, inThread) {
  if (line.place === "direct") return el("p", { class: "only" }, "Message privé de Relais");
  if (!line.reply || inThread) return null;
  const jump = { type: "button", class: "jump", on: { click: () => openThread(line.thread_ts) } };
  return el("p", { class: "only" }, "Envoyé aussi dans le canal depuis un ", el("button", jump, "fil"));
}

function head(line) {
  const name = line.name ?? (line.bot ? "Relais" : slack.users[line.user] ?? line.user);
  const hue = line.bot ? "bot" : `hue${[...(line.user ?? "")].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 5}`;
  return el(
    "p",
    { class: "head" },
    el("span", { class: `avatar ${hue}`, "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    el("b", {}, name),
    line.bot ? el("span", { class: "app" }, "APPLI") : null,
    el("time", {}, hour(Number(line.ts))),
  );
}

function reactions(line) {
  const names = Object.entries(line.reactions);
  if (!names.length) return null;
  return el("p", { class: "reactions" }, names.map(([name, who]) => el("span", {}, `${emoji(name)} ${who.length}`)));
}

function threadLink(line, isCard) {
  const { replies } = line;
  if (!isCard && !replies) return null;
  const words = replies ? `${replies} ${replies > 1 ? "messages" : "message"} dans le fil` : "Ouvrir le fil";
  const press = { click: () => openThread(line.ts) };
  return el("button", { type: "button", class: "jump", data: { testid: "open-thread" }, on: press }, words);
}
