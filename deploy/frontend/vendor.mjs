// Copies the pinned packages' files into api/static/vendor and writes vendor.lock with their checksums.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(here, "../../api/static/vendor");
const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
const golos = "node_modules/@fontsource-variable/golos-text";

const files = [
  ["node_modules/htmx.org/dist/htmx.min.js", "htmx/htmx.min.js", "htmx.org"],
  ["node_modules/htmx.org/LICENSE", "htmx/LICENSE", "htmx.org"],
  ["node_modules/chart.js/dist/chart.umd.min.js", "chart/chart.umd.min.js", "chart.js"],
  ["node_modules/chart.js/LICENSE.md", "chart/LICENSE.md", "chart.js"],
  ...["cyrillic", "latin", "latin-ext"].map((subset) => [
    `${golos}/files/golos-text-${subset}-wght-normal.woff2`,
    `golos-text/golos-text-${subset}.woff2`,
    "@fontsource-variable/golos-text",
  ]),
  [`${golos}/LICENSE`, "golos-text/LICENSE", "@fontsource-variable/golos-text"],
  ["node_modules/lucide-static/LICENSE", "lucide/LICENSE", "lucide-static"],
];

const icons = [
  "arrow-down-left", "arrow-down-right", "arrow-right", "arrow-up-right", "at-sign", "badge-check",
  "calendar", "chart-column", "chevron-down", "chevron-left", "chevron-right", "circle-alert",
  "circle-check", "circle-help", "clock", "database", "download", "droplets", "external-link",
  "file-warning", "file-text", "gauge", "headphones", "inbox", "languages", "layout-dashboard", "mail",
  "message-circle", "messages-square", "mic", "moon", "pause", "phone", "phone-incoming", "phone-missed",
  "phone-outgoing", "play", "receipt", "rotate-ccw", "rotate-cw", "search", "search-x", "send", "siren",
  "sliders-horizontal", "sun", "sun-moon", "timer", "triangle-alert", "undo-2", "user", "users", "x",
];

rmSync(target, { recursive: true, force: true });
const checksums = {};
for (const [from, to, name] of files) {
  const destination = join(target, to);
  mkdirSync(dirname(destination), { recursive: true });
  cpSync(join(here, from), destination);
  checksums[to] = describe(destination, name);
}

const symbols = icons.map((icon) => {
  const svg = readFileSync(join(here, `node_modules/lucide-static/icons/${icon}.svg`), "utf8");
  const body = svg.replace(/<!--.*?-->/gs, "").replace(/^.*?<svg[^>]*>/s, "").replace(/<\/svg>\s*$/s, "");
  return `<symbol id="${icon}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
});
const sprite = join(target, "lucide/icons.svg");
writeFileSync(sprite, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
checksums["lucide/icons.svg"] = describe(sprite, "lucide-static");

writeFileSync(join(target, "vendor.lock"), `${JSON.stringify(checksums, null, 2)}\n`);

function describe(path, name) {
  const { version, integrity } = lock.packages[`node_modules/${name}`];
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { package: name, version, integrity, sha256 };
}
