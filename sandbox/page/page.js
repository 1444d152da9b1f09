// The demo's page: fetches the state when it is told that something changed, and shows it.

import { openThread, showSlack } from "./channel.js";
import { suggest, typeAs } from "./composer.js";
import { act, el, reconcile } from "./dom.js";
import { showForm } from "./forms.js";
import { showPhones } from "./phones.js";
import { hour, longDate, now, refreshMoments, setNow } from "./time.js";

const byId = (id) => document.getElementById(id);
const person = byId("person");
const PHASES = {
  starting: "Le service démarre",
  ready: "Service en marche",
  failing: "Service en difficulté",
  stopped: "Service arrêté",
  lost: "Page déconnectée",
};

let state = null;
let fetching = false;
let again = false;

async function refresh() {
  again = true;
  if (fetching) return;
  fetching = true;
  while (again) {
    again = false;
    try {
      const answer = await fetch("/state");
      state = await answer.json();
      show();
    } catch {
      lost();
    }
  }
  fetching = false;
}

function show() {
  setNow(state.clock.now);
  showClock();
  showService(state.service);
  reconcile(person, state.slack.team, (one) => one.id,
    (one) => el("option", { value: one.id }, `${one.name}, ${one.note}`));
  showPhones(state);
  showTeam();
}

function showTeam() {
  const who = state.slack.team.find((one) => one.id === person.value) ?? state.slack.team[0];
  if (person.dataset.shown !== who.id) typeAs(who.id, who.name);
  person.dataset.shown = who.id;
  showSlack(state.slack, who.id);
  showForm(state.slack, who.id);
}

function showService({ phase, pid, reason }) {
  byId("service").dataset.phase = phase;
  byId("service-phase").textContent = PHASES[phase] ?? phase;
  byId("service-reason").textContent = phase === "ready" ? `processus ${pid}` : reason;
  byId("restart").hidden = !["stopped", "failing"].includes(phase);
}

function lost() {
  showService({ phase: "lost", pid: null, reason: "La démonstration ne répond plus." });
}

function showClock() {
  const words = `${longDate(now())}, ${hour(now())}`;
  const clock = byId("clock");
  if (clock.textContent !== words) clock.textContent = words;
  clock.title = state.clock.offset_seconds ? `Avancée de ${Math.round(state.clock.offset_seconds / 3600)} h` : "Heure réelle";
  clock.classList.toggle("moved", state.clock.offset_seconds > 0);
}

const STEPS = [
  ["Prendre", "/claim ", "une conversation devient la vôtre, le client le sait"],
  ["Répondre", "/reply ", "le client lit sur son téléphone"],
  ["Résoudre", "/resolve ", "avec un récapitulatif, et la suite"],
  ["Faire le point", "/backlog", "qui attend, depuis quand"],
  ["Demander de l’aide", "/aide", "ce que vous pouvez faire maintenant"],
];

function welcome() {
  byId("welcome").append(
    el("p", {}, "Une conversation confiée à l’équipe apparaît dans le canal, sous forme de carte. Cliquez dessus pour lire son fil."),
    el("ul", {}, STEPS.map(([name, command, use]) => el("li", {},
      el("button", { type: "button", on: { click: () => suggest(command) } }, el("code", {}, command.trim())),
      el("span", {}, el("b", {}, name), ` : ${use}`)))),
    el("p", {}, "Ce qui s’écrit dans un fil reste une note interne, sauf « !r votre texte », qui part au client. Changez de personne en haut pour voir ce que chacune voit."),
  );
}

person.addEventListener("change", () => { openThread(null); showTeam(); });
byId("restart").addEventListener("click", () => act("/service/restart"));
for (const button of document.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => act("/clock/advance", { seconds: Number(button.dataset.seconds) }));
}
for (const button of document.querySelectorAll("[data-view]:is(button)")) {
  button.addEventListener("click", () => {
    document.querySelector(".stage").dataset.view = button.dataset.view;
    for (const each of document.querySelectorAll("button[data-view]")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
  });
}

welcome();
const events = new EventSource("/events");
events.addEventListener("message", refresh);
events.addEventListener("error", lost);
setInterval(() => { if (state) { showClock(); refreshMoments(); } }, 1000);
