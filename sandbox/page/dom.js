// Building and updating the page. Texts become text nodes: no string is ever read as markup.

/** An element. `props`: `class`, `data` (data-…), `on` (listeners), booleans and attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") for (const [kind, act] of Object.entries(value)) node.addEventListener(kind, act);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * Makes the children of `list` match `items`, in order. A child whose item did not change stays the same
 * node: what a person is about to press, has focused or has selected does not move under their hand.
 */
export function reconcile(list, items, keyOf, render) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let last = null;
  for (const item of items) {
    const key = String(keyOf(item));
    const signature = JSON.stringify(item);
    let node = before.get(key);
    if (!node || node.signature !== signature) {
      const fresh = render(item);
      fresh.dataset.key = key;
      fresh.signature = signature;
      if (node) node.replaceWith(fresh);
      node = fresh;
    }
    before.delete(key);
    const place = last ? last.nextSibling : list.firstChild;
    if (node !== place) list.insertBefore(node, place);
    last = node;
  }
  for (const gone of before.values()) gone.remove();
  toEnd(list);
}

/** Keeps the end of `list` in sight, whatever is added to it or takes its room, until one scrolls up. */
export function followEnd(list) {
  list.away = false;
  list.addEventListener("scroll", () => {
    list.away = list.scrollHeight - list.scrollTop - list.clientHeight > 40;
  });
  new ResizeObserver(() => toEnd(list)).observe(list);
}

/** Scrolls to the end, unless one has scrolled up; `always` even then. */
export function toEnd(list, always = false) {
  if (always) list.away = false;
  if (list.away === false) list.scrollTop = list.scrollHeight;
}

const toast = document.getElementById("toast");
let hiding = 0;

/** A short notice at the bottom of the page. */
export function notify(words, detail = "") {
  toast.textContent = words;
  toast.title = detail;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 5000);
}

/** Does an act; returns the answer's document, or null after telling that it could not be done. */
export async function act(path, wish = {}) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(wish) });
    const document = await answer.json();
    if (answer.ok) return document;
    notify("Ce geste n’est plus possible.", document.error ?? "");
  } catch {
    notify("La démonstration ne répond plus : relancez « relais demo » dans le terminal.");
  }
  return null;
}
