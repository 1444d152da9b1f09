// The demo's time: the machine's, moved forward. Everything is told in the team's zone.

const ZONE = "Europe/Paris";
const formats = new Map();
let base = Date.now() / 1000;
let since = performance.now();

/** Takes over the demo's time, in seconds since 1970. */
export function setNow(seconds) {
  base = seconds;
  since = performance.now();
}

/** The demo's time now, in seconds since 1970. */
export function now() {
  return base + (performance.now() - since) / 1000;
}

function format(seconds, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, ...options }));
  return formats.get(key).format(new Date(seconds * 1000));
}

export const hour = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit" });
export const longDate = (seconds) =>
  format(seconds, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const dayKey = (seconds) => format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" });

/** The day as messages are set apart by it: today, yesterday, else its date. */
export function day(seconds) {
  if (dayKey(seconds) === dayKey(now())) return "Aujourd’hui";
  if (dayKey(seconds) === dayKey(now() - 86400)) return "Hier";
  return format(seconds, { weekday: "long", day: "numeric", month: "long" });
}

/** Puts a separator before the first message of each day. */
export function withDays(items, atOf) {
  const result = [];
  let current = null;
  for (const item of items) {
    const name = day(atOf(item));
    if (name !== current) result.push({ day: name, at: dayKey(atOf(item)) });
    current = name;
    result.push(item);
  }
  return result;
}

function distance(seconds) {
  const gap = Math.abs(seconds);
  for (const [unit, name] of [[86400, "jour"], [3600, "heure"], [60, "minute"]]) {
    const count = Math.floor(gap / unit);
    if (count >= 1) return `${count} ${name}${count > 1 ? "s" : ""}`;
  }
  return null;
}

/** "il y a 3 minutes", "dans 2 heures". */
export function ago(seconds) {
  const gap = now() - seconds;
  const words = distance(gap);
  if (words === null) return gap >= 0 ? "à l’instant" : "dans moins d’une minute";
  return gap >= 0 ? `il y a ${words}` : `dans ${words}`;
}

const TOKENS = {
  "{ago}": ago,
  "{time}": hour,
  "{time_secs}": (s) => format(s, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  "{date}": (s) => format(s, { day: "numeric", month: "long", year: "numeric" }),
  "{date_num}": (s) => format(s, { year: "numeric", month: "2-digit", day: "2-digit" }),
  "{date_short}": (s) => format(s, { day: "numeric", month: "short", year: "numeric" }),
  "{date_long}": longDate,
};

/** Slack's date tokens, in words of now: `{ago}` changes while one looks at it. */
export function slackDate(seconds, pattern) {
  return pattern.replace(/\{[a-z_]+\}/g, (token) => {
    const plain = token.replace("_pretty", "");
    if (token !== plain && ["Aujourd’hui", "Hier"].includes(day(seconds))) return day(seconds).toLowerCase();
    return plain in TOKENS ? TOKENS[plain](seconds) : token;
  });
}

/** Rewrites every moment on the page that is told from now. */
export function refreshMoments() {
  for (const node of document.querySelectorAll("time[data-pattern]")) {
    const words = slackDate(Number(node.dataset.at), node.dataset.pattern);
    if (node.textContent !== words) node.textContent = words;
  }
}
