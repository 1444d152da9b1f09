// Slack's texts as nodes: formatting, quotes, links, people, calls, dates. Entities are decoded once, last.

import { el } from "./dom.js";
import { slackDate } from "./time.js";

const FIRST = 0xe000; // private use: stands for a token while the text around it is read
const PAIRS = /(?<![\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s", "`": "code" };
const CALLS = { here: "@here", channel: "@channel", everyone: "@everyone" };
const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", red_circle: "🔴", large_green_circle: "🟢",
  large_yellow_circle: "🟡", large_orange_circle: "🟠", white_circle: "⚪", rotating_light: "🚨", eyes: "👀",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", x: "❌", speech_balloon: "💬", lock: "🔒", paperclip: "📎",
  truck: "🚚", wave: "👋", "+1": "👍", bell: "🔔", no_entry: "⛔", arrow_right: "➡️", memo: "📝", tada: "🎉",
};

export const decode = (text) =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);

export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

const emojied = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

/** A person, as a mention. */
export const mention = (id, users) => el("span", { class: "mention" }, `@${users[id] ?? id}`);

/** A call to everybody. */
export const call = (name) => el("span", { class: "mention loud" }, CALLS[name] ?? `@${name}`);

/** A link, followed only if it leads to the web. */
export function link(url, words) {
  if (!/^(https?|mailto|slack):/i.test(url)) return document.createTextNode(words);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, words);
}

/** A moment; it is kept up to date while it is shown. */
export function moment(seconds, pattern) {
  const words = slackDate(seconds, pattern);
  return el("time", { data: { at: seconds, pattern }, datetime: new Date(seconds * 1000).toISOString() }, words);
}

function token(body, users) {
  const [target, ...labels] = body.split("|");
  const label = labels.join("|");
  if (target.startsWith("@")) return mention(target.slice(1), users);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${decode(label) || target.slice(1)}`);
  if (target.startsWith("!date^")) {
    const [, at, pattern] = target.split("^");
    return moment(Number(at), decode(pattern));
  }
  if (target.startsWith("!subteam")) return el("span", { class: "mention loud" }, decode(label) || "@équipe");
  if (target.startsWith("!")) return call(target.slice(1));
  return link(decode(target), decode(label || target));
}

/** The nodes of a text of Slack's. */
export function mrkdwn(text, users) {
  const tokens = [];
  const own = text.replace(/[\ue000-\uf8ff]/g, "\ufffd");
  const marked = own.replace(/<([^<>\n]+)>/g, (_, body) => {
    tokens.push(token(body, users));
    return String.fromCharCode(FIRST + tokens.length - 1);
  });
  const result = document.createDocumentFragment();
  marked.split(/```\n?([\s\S]+?)\n?```/).forEach((piece, index) => {
    if (index % 2) result.append(el("pre", {}, ...plain(piece, tokens)));
    else if (piece) result.append(...lines(piece, tokens));
  });
  return result;
}

function lines(text, tokens) {
  const nodes = [];
  let quote = null;
  let fresh = true;
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      if (quote) quote.append(el("br"));
      else nodes.push((quote = el("blockquote")));
      quote.append(...inline(quoted[1], tokens));
      fresh = true;
    } else {
      if (!fresh) nodes.push(el("br"));
      quote = null;
      nodes.push(...inline(line, tokens));
      fresh = false;
    }
  }
  return nodes;
}

function inline(text, tokens) {
  const found = text.match(PAIRS);
  if (!found) return plain(text, tokens);
  const [whole, sign, inside] = found;
  const kept = sign === "`" ? plain(inside, tokens) : inline(inside, tokens);
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + whole.length);
  return [...plain(before, tokens), el(TAGS[sign], {}, ...kept), ...inline(after, tokens)];
}

function plain(text, tokens) {
  return text.split(/([\ue000-\uf8ff])/).filter(Boolean).map((piece) => {
    const index = piece.length === 1 ? piece.charCodeAt(0) - FIRST : -1;
    return index >= 0 && index < tokens.length ? tokens[index] : document.createTextNode(emojied(decode(piece)));
  });
}
