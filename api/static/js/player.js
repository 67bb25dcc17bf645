// Sound, lanes and words move together: a click anywhere seeks, the words follow.
"use strict";

(() => {
  const player = document.querySelector("[data-player]");
  if (!player) return;
  const [sound, second] = player.querySelectorAll("audio");
  const find = (name) => player.querySelector(`[data-${name}]`);
  const lanes = find("lanes");
  const playhead = find("playhead");
  const said = [...document.querySelectorAll("[data-words] .said")].map((element) => ({
    element,
    start: Number(element.dataset.start),
    end: Number(element.dataset.end),
  }));
  const speeds = [1, 1.25, 1.5, 2];
  let current = null;

  sound.controls = false;
  find("controls").hidden = false;

  function clock(seconds) {
    const whole = Math.floor(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const tail = String(rest).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  }

  function length() {
    return Number.isFinite(sound.duration) && sound.duration ? sound.duration : Number(lanes?.dataset.duration || 0);
  }

  function seek(seconds, { play = true } = {}) {
    sound.currentTime = Math.max(0, Math.min(seconds, length() || seconds));
    if (play) sound.play().catch(() => {});
    show();
  }

  function show() {
    const now = sound.currentTime;
    find("now").textContent = clock(now);
    const whole = Number(lanes?.dataset.duration) || length();
    if (playhead && whole) {
      const x = Math.min((now / whole) * 1000, 1000).toFixed(1);
      playhead.setAttribute("x1", x);
      playhead.setAttribute("x2", x);
    }
    const next = said.findLast((each) => each.start <= now + 0.05 && now < each.end + 0.6) ?? null;
    if (next === current) return;
    current?.element.classList.remove("is-now");
    current?.element.removeAttribute("aria-current");
    next?.element.classList.add("is-now");
    next?.element.setAttribute("aria-current", "true");
    current = next;
    if (next && !sound.paused) keepInView(next.element);
  }

  function keepInView(element) {
    const box = element.getBoundingClientRect();
    const top = player.getBoundingClientRect().bottom + 8;
    if (box.top < top || box.bottom > innerHeight - 80) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollBy({ top: box.top - top - 60, behavior: calm ? "auto" : "smooth" });
    }
  }

  function toggle() {
    if (sound.paused) sound.play().catch(() => {});
    else sound.pause();
  }

  find("play").addEventListener("click", toggle);
  for (const button of player.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () => seek(sound.currentTime + Number(button.dataset.skip), { play: !sound.paused }));
  }
  find("speed").addEventListener("click", (event) => {
    const next = speeds[(speeds.indexOf(sound.playbackRate) + 1) % speeds.length];
    sound.playbackRate = next;
    event.currentTarget.textContent = `${next.toLocaleString(document.documentElement.lang)}×`;
  });
  lanes?.addEventListener("click", (event) => {
    const box = lanes.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * Number(lanes.dataset.duration));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (link) {
      event.preventDefault();
      seek(Number(link.dataset.seek));
      return;
    }
    if (String(getSelection())) return;
    const word = event.target.closest("[data-words] [data-at]");
    const line = event.target.closest("[data-words] .said-text");
    if (word) seek(Number(word.dataset.at));
    else if (line) seek(Number(line.closest(".said").dataset.start));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, button, a, summary, [contenteditable]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "Space") {
      event.preventDefault();
      toggle();
    } else if (event.code === "ArrowLeft" || event.code === "ArrowRight") {
      event.preventDefault();
      seek(sound.currentTime + (event.code === "ArrowLeft" ? -5 : 5), { play: !sound.paused });
    }
  });

  sound.addEventListener("timeupdate", show);
  sound.addEventListener("seeked", show);
  sound.addEventListener("loadedmetadata", () => {
    find("length").textContent = clock(sound.duration);
  });
  for (const name of ["play", "pause"]) {
    sound.addEventListener(name, () => {
      find("icon-play").hidden = !sound.paused;
      find("icon-pause").hidden = sound.paused;
    });
  }
  sound.addEventListener("error", () => {
    find("failed").hidden = false;
  });

  // The other half of a split recording keeps step.
  if (second) {
    sound.addEventListener("play", () => second.play().catch(() => {}));
    sound.addEventListener("pause", () => second.pause());
    sound.addEventListener("ratechange", () => {
      second.playbackRate = sound.playbackRate;
    });
    for (const name of ["seeked", "timeupdate"]) {
      sound.addEventListener(name, () => {
        if (Math.abs(second.currentTime - sound.currentTime) > 0.25) second.currentTime = sound.currentTime;
      });
    }
  }

  // #t=12.5 in the address starts there.
  const wanted = /^#t=([\d.]+)$/.exec(location.hash);
  if (wanted) sound.addEventListener("loadedmetadata", () => seek(Number(wanted[1]), { play: false }), { once: true });
})();
