// The form that stands before a person: a modal of Slack's, filled in, sent or closed.

import { body } from "./blocks.js";
import { act, el } from "./dom.js";

const dialog = document.getElementById("form");
let shown = null;
let close = null;

/** Shows the form that stands before `who`, or none. What was typed stays while the form is the same one. */
export function showForm(slack, who) {
  const form = slack.forms.filter((each) => each.user === who).at(-1);
  const key = form ? `${form.id} ${form.hash}` : null;
  if (key !== shown) {
    shown = key;
    if (form) dialog.replaceChildren(layout(form, who, slack.users));
    if (form && !dialog.open) dialog.showModal();
    if (!form && dialog.open) dialog.close();
  }
  if (form) tellErrors(form.errors);
}

function layout(form, who, users) {
  close = () => act("/act/slack/close", { user: who });
  const send = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    act("/act/slack/submit", { user: who, view: form.id, values });
  };
  return el(
    "form",
    { on: { submit: send } },
    el("h2", {}, form.title),
    form.blocks.map((block) =>
      block.type === "input" ? field(block, form.typed[block.block_id]) : el("div", { class: "blocks" }, body({ blocks: [block] }, users))),
    el("p", { class: "wrong", role: "alert", data: { block: "" } }),
    el(
      "footer",
      {},
      el("button", { type: "button", class: "press", on: { click: close } }, form.close),
      el("button", { type: "submit", class: "press primary", data: { testid: "form-submit" } }, form.submit),
    ),
  );
}

function field(block, typed) {
  const { block_id: name, element, label, optional } = block;
  const said = optional ? [label.text, el("i", {}, " (facultatif)")] : [label.text];
  return el(
    "label",
    {},
    el("span", {}, said),
    element.type === "static_select" ? menu(name, element, typed, optional) : area(name, element, typed, optional),
    el("span", { class: "wrong", role: "alert", data: { block: name } }),
  );
}

function area(name, element, typed, optional) {
  const props = { name, rows: 4, maxlength: element.max_length, required: !optional, data: { testid: `form-${name}` } };
  return el("textarea", { ...props, autofocus: element.focus_on_load }, typed ?? element.initial_value ?? "");
}

function menu(name, element, typed, optional) {
  const chosen = typed ?? element.initial_option?.value;
  const options = element.options.map(({ text, value }) => el("option", { value, selected: value === chosen }, text.text));
  const none = el("option", { value: "" }, element.placeholder?.text ?? "");
  return el("select", { name, required: !optional, data: { testid: `form-${name}` } }, none, options);
}

function tellErrors(errors) {
  for (const place of dialog.querySelectorAll(".wrong")) {
    const words = errors[place.dataset.block] ?? "";
    if (place.textContent !== words) place.textContent = words;
  }
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close?.();
});
