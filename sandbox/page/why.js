// What the knowledge base thinks of a customer's words: asked when it is opened.

import { el } from "./dom.js";

const REASONS = {
  sure: "Assez sûre d’elle : la réponse part.",
  close: "Plusieurs articles sont trop proches : elle propose un choix.",
  unsure: "Pas assez sûre d’elle pour répondre.",
  countered: "Un contre-exemple est aussi proche : elle ne répond pas.",
  opposite: "Le message dit le contraire de l’article : elle ne répond pas.",
  nothing: "Aucun mot en commun avec la base : un conseiller prend la suite.",
  other_language: "Le message est dans une autre langue.",
};
/** From this share on, an article beside the first is worth a line. */
const NOTABLE = 0.01;
const HOW = {
  exact: "le même mot",
  family: "même famille",
  typo: "faute de frappe",
  sound: "même son",
  synonym: "synonyme",
};

/** A line to open under a message. */
export function why(text) {
  const inside = el("div", { class: "reasons", data: { testid: "why" } });
  const opened = async ({ target }) => {
    if (target.open && !inside.childElementCount) inside.replaceChildren(...(await told(text)));
  };
  return el("details", { class: "why", on: { toggle: opened } },
    el("summary", { data: { testid: "why-open" } }, "Ce que la base en pense"), inside);
}

async function told(text) {
  const answer = await fetch(`/why?${new URLSearchParams({ text })}`).catch(() => null);
  if (!answer?.ok) return [el("p", {}, "Le service ne répond pas.")];
  return lines(await answer.json());
}

// What a word was taken for, where that is another one, and how where it is not the same word written out.
function takenFor(word, meant, how) {
  if (how === "exact" && word.toLowerCase() === meant.toLowerCase()) return "";
  return ` pour «\u00a0${meant}\u00a0»${how === "exact" ? "" : ` (${HOW[how] ?? how})`}`;
}

function lines(found) {
  // It is never certain.
  const percent = (share) => `${Math.min(99, Math.round(share * 100))}\u00a0%`;
  const notable = found.scores.filter(([, share], at) => at === 0 || share >= NOTABLE);
  return [
    el("p", {}, REASONS[found.reason] ?? found.reason),
    notable.length ? el("ol", {}, notable.map(([question, share]) =>
      el("li", {}, `${question} `, el("span", { class: "share" }, `(${percent(share)})`)))) : null,
    found.words.length ? el("p", {}, "Mots reconnus\u00a0: ", found.words.map(([word, meant, how]) =>
      `«\u00a0${word}\u00a0»${takenFor(word, meant, how)}`).join(", ")) : null,
    found.unmatched.length ? el("p", {}, `Inconnu de la base\u00a0: ${found.unmatched.map((word) => `«\u00a0${word}\u00a0»`).join(", ")}`) : null,
    found.answer_from ? el("p", {}, `Elle répond à partir de ${percent(found.answer_from)}.`) : null,
  ].filter(Boolean);
}
