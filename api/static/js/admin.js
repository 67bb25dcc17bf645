// Forms of administrators: a warning before unsaved changes are lost, a question before what cannot be undone.
"use strict";

for (const form of document.querySelectorAll("form[data-guarded]")) {
  const badge = form.querySelector(".dirty");
  const state = () => JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const clean = "dirty" in form.dataset ? null : state();
  let leaving = false;
  const isDirty = () => !leaving && state() !== clean;
  const show = () => {
    if (badge) badge.hidden = !isDirty();
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", () => {
    leaving = true;
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    leaving = false;
    show();
  });
}

// Without scripts the server does the same without asking.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !confirm(button.dataset.confirm)) event.preventDefault();
});

// The colour well and the text beside it say the same.
for (const well of document.querySelectorAll("[data-colour-of]")) {
  const text = document.getElementById(well.dataset.colourOf);
  well.addEventListener("input", () => {
    text.value = well.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  text.addEventListener("input", () => {
    if (/^#[0-9a-fA-F]{6}$/.test(text.value)) well.value = text.value;
  });
}

// On a phone the menu is a line that scrolls: the page one is on stands in sight.
const here = document.querySelector(".admin-menu [aria-current]");
here?.parentElement.scrollTo({ left: here.offsetLeft - here.parentElement.clientWidth / 2 + here.clientWidth / 2 });
