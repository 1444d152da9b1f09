// Block Kit, as far as the service speaks it: what is read, and the buttons that press.

import { el } from "./dom.js";
import { call, emoji, link, mention, moment, mrkdwn } from "./mrkdwn.js";

/** The nodes of a message: its blocks, or its text where it has none. `press(action_id, value)` presses. */
export function body(shown, users, press) {
  if (!shown.blocks?.length) return [el("div", { class: "text" }, mrkdwn(shown.text, users))];
  return shown.blocks.map((block) => (RENDER[block.type] ?? unknown)(block, users, press));
}

function words(text, users) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, users) : document.createTextNode(text.text);
}

function button(element, press) {
  const name = element.action_id ?? "";
  const act = () => {
    const asked = element.confirm;
    if (asked && !window.confirm(`${asked.title?.text ?? ""}\n\n${asked.text?.text ?? ""}`.trim())) return;
    press(name, element.value ?? null);
  };
  return el(
    "button",
    {
      type: "button",
      class: `press ${element.style ?? ""}`,
      data: { testid: `card-${name.split(":")[0]}`, action: name },
      "aria-label": element.accessibility_label,
      on: { click: act },
    },
    element.text.text,
  );
}

const RENDER = {
  header: (block) => el("h3", {}, block.text.text),
  divider: () => el("hr"),
  image: (block) => el("p", { class: "file" }, block.alt_text),
  markdown: (block) => el("div", { class: "text" }, block.text),
  section(block, users, press) {
    const nodes = block.text ? [el("div", { class: "text" }, words(block.text, users))] : [];
    const fields = (block.fields ?? []).map((field) => el("div", {}, words(field, users)));
    if (fields.length) nodes.push(el("div", { class: "fields" }, fields));
    const beside = block.accessory?.type === "button" ? [button(block.accessory, press)] : [];
    return el("div", { class: "section" }, el("div", { class: "grow" }, nodes), beside);
  },
  context: (block, users) =>
    el("div", { class: "context" }, block.elements.map((each) =>
      each.type === "image" ? el("span", {}, each.alt_text) : el("span", {}, words(each, users)))),
  actions: (block, _, press) =>
    el("div", { class: "actions" }, block.elements.filter((each) => each.type === "button")
      .map((each) => button(each, press))),
  rich_text: (block, users) => el("div", { class: "text" }, block.elements.map((part) => rich(part, users))),
};

const unknown = (block) => el("p", { class: "file" }, `(${block.type})`);

function rich(part, users) {
  if (part.type === "rich_text_list") {
    const items = part.elements.map((item) => el("li", {}, pieces(item, users)));
    return el(part.style === "ordered" ? "ol" : "ul", {}, items);
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "div";
  return el(tag, {}, pieces(part, users));
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function pieces(section, users) {
  return (section.elements ?? []).map((each) => {
    let node = piece(each, users);
    for (const [style, tag] of Object.entries(STYLES)) if (each.style?.[style]) node = el(tag, {}, node);
    return node;
  });
}

function piece(each, users) {
  if (each.type === "text") return document.createTextNode(each.text);
  if (each.type === "link") return link(each.url, each.text ?? each.url);
  if (each.type === "user") return mention(each.user_id, users);
  if (each.type === "broadcast") return call(each.range);
  if (each.type === "emoji") return document.createTextNode(emoji(each.name));
  if (each.type === "date") return moment(each.timestamp, each.format);
  return document.createTextNode(each.text ?? `(${each.type})`);
}
