// What every page does beyond plain HTML. Everything also works without this file.
"use strict";

document.documentElement.classList.add("has-script");

// "/" goes to the search field, by the key's place, so that it works in the Russian layout too.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") closeOpen();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" || event.code === "Slash") {
    const field = document.getElementById("search");
    if (!field || field.offsetParent === null) return;
    event.preventDefault();
    field.focus();
  }
});

// A tip or a pop-up closes when the reader clicks elsewhere.
function closeOpen(except) {
  for (const open of document.querySelectorAll("details.tip[open], details.pop[open]")) {
    if (open !== except) open.open = false;
  }
}
document.addEventListener("click", (event) => closeOpen(event.target.closest("details.tip, details.pop")));

// A tip never leaves the window.
document.addEventListener(
  "toggle",
  (event) => {
    const body = event.target.matches?.("details.tip[open]") && event.target.querySelector(".tip-body");
    if (!body) return;
    const box = body.getBoundingClientRect();
    if (box.left < 8) body.style.transform = `translateX(${8 - box.left}px)`;
    if (box.right > innerWidth - 8) body.style.transform = `translateX(${innerWidth - 8 - box.right}px)`;
  },
  true,
);

// A filter applies as soon as it is chosen; empty fields stay out of the address.
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}
// Coming back by the browser's history finds the fields usable again.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-filters] :disabled")) field.disabled = false;
});

// The theme changes at once; the server learns it for the next page.
const themeSwitch = document.querySelector("[data-theme-switch]");
themeSwitch?.addEventListener("click", async (event) => {
  event.preventDefault();
  const next = new URL(themeSwitch.href).searchParams.get("theme");
  document.documentElement.dataset.theme = next;
  document.dispatchEvent(new CustomEvent("themechange"));
  await fetch(themeSwitch.href, { redirect: "manual" });
  const page = await (await fetch(location.href, { headers: { accept: "text/html" } })).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-theme-switch]");
  if (!fresh) return;
  themeSwitch.href = fresh.href;
  themeSwitch.title = fresh.title;
  themeSwitch.setAttribute("aria-label", fresh.title);
  themeSwitch.replaceChildren(...fresh.childNodes);
});
