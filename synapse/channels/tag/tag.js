// Synapse web tag: <script src="https://…/tag.js" data-key="…" data-site="…" async></script>
// Commands: synapse('event', name, props), synapse('consent', {analytics: true}),
// synapse('phone', '+7…', '8 (…) …'), and synapse('init', {key, site, endpoint, consent}) for pages whose
// script element carries no data-key (GTM). Lines of comment are left out when the tag is served.
(function (w, d, n) {
  "use strict";
  var waiting = (w.synapse && w.synapse.q) || [];
  if (w.synapse && w.synapse.loaded) return;

  var script = d.currentScript || d.querySelector('script[src*="/tag.js"]');
  var data = (script && script.dataset) || {};
  var conf = {
    key: data.key,
    site: data.site,
    endpoint: data.endpoint || (script && new URL("events", script.src).href),
    consent: data.consent // "required": nothing is kept or sent before consent
  };
  var DAY = 86400, CLIENT = "_syn_id", SESSION = "_syn_s", TOUCH = "_syn_t", CONSENT = "_syn_c", QUEUE = "_syn_q.";
  var LABELS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "yclid", "fbclid"];
  var OWN = ["phone", "email", "phone_shown", "scroll_depth"];
  var unsent = {}, flying = {}, retryAfter = 2000, timer, domain, shown, started;
  var page = "", referrer = d.referrer, depth = 0;

  function uuid() {
    if (w.crypto && crypto.randomUUID) return crypto.randomUUID();
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (c) {
      return (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16);
    });
  }
  function keep(name, value) {
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(name));
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch (e) { /* no storage: events live as long as the page */ }
  }
  function cookie(name, value, seconds) {
    if (value === undefined) {
      var found = ("; " + d.cookie).split("; " + name + "=")[1];
      return found && found.split(";")[0];
    }
    d.cookie = name + "=" + value + ";path=/;max-age=" + seconds + ";SameSite=Lax" + (domain || "") +
      (location.protocol === "https:" ? ";Secure" : "");
  }
  // The widest domain on which the browser lets us set a cookie, so that shop.ru and www.shop.ru are one visitor.
  function widest() {
    var parts = location.hostname.split("."), i;
    for (i = parts.length - 2; i >= 0; i--) {
      domain = ";domain=" + parts.slice(i).join(".");
      cookie("_syn_d", "1", 9);
      if (cookie("_syn_d")) { cookie("_syn_d", "", 0); return; }
    }
    domain = "";
  }

  var consent = keep(CONSENT) || {};
  function allowed() {
    return consent.analytics === true || (conf.consent !== "required" && consent.analytics !== false);
  }
  function ids() {
    var client = cookie(CLIENT) || uuid(), session = cookie(SESSION) || uuid();
    cookie(CLIENT, client, 395 * DAY);
    cookie(SESSION, session, 1800);
    return { client_id: client, session_id: session };
  }
  // Where the visit came from: kept for the session, replaced when a new campaign brings the visitor again.
  function touch(session) {
    var query = new URLSearchParams(location.search), fresh = {}, any = false, kept = keep(TOUCH) || {};
    LABELS.forEach(function (name) {
      if (query.get(name)) { fresh[name] = query.get(name).slice(0, 500); any = true; }
    });
    if (any || kept.s !== session) keep(TOUCH, (kept = { s: session, v: fresh }));
    return kept.v;
  }
  function phoneShown() {
    var place = d.querySelector("[data-synapse-phone]");
    return shown || (place && place.textContent.trim()) || undefined;
  }

  function track(name, props, now) {
    if (!conf.key || !allowed()) return;
    var who = ids(), extra = Object.assign({ title: d.title }, props);
    var event = Object.assign({
      event_id: uuid(),
      occurred_at: new Date().toISOString(),
      event_name: name,
      site: conf.site,
      ga_client_id: (cookie("_ga") || "").split(".").slice(-2).join(".") || undefined,
      ym_uid: cookie("_ym_uid"),
      url: location.href.slice(0, 4000),
      referrer: (referrer || "").slice(0, 4000) || undefined,
      phone_shown: phoneShown(),
      consent: consent
    }, who, touch(who.session_id));
    OWN.forEach(function (field) {
      if (extra[field] !== undefined) { event[field] = extra[field]; delete extra[field]; }
    });
    event.properties = extra;
    unsent[event.event_id] = event;
    keep(QUEUE + event.event_id, event);
    clearTimeout(timer);
    timer = setTimeout(flush, now ? 0 : 400);
  }

  function batch() {
    var taken = [], size = 0;
    Object.keys(unsent).forEach(function (id) {
      if (flying[id] || taken.length >= 50) return;
      size += JSON.stringify(unsent[id]).length;
      if (!taken.length || size < 4e4) taken.push(unsent[id]); // keepalive bodies may have 64 KiB
    });
    return taken;
  }
  function body(events) {
    return JSON.stringify({ key: conf.key, sent_at: new Date().toISOString(), events: events });
  }
  function done(events) {
    events.forEach(function (event) { delete unsent[event.event_id]; keep(QUEUE + event.event_id, null); });
  }
  function flush() {
    var events = batch();
    if (!events.length || !allowed()) return;
    if (!w.fetch) return leave();
    events.forEach(function (event) { flying[event.event_id] = 1; });
    // text/plain needs no preflight
    fetch(conf.endpoint, {
      method: "POST", body: body(events), keepalive: true, credentials: "omit",
      headers: { "Content-Type": "text/plain" }
    }).then(function (answer) {
      // 4xx would fail again; 5xx, 408 and 429 are worth another try
      if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw answer;
      done(events);
      retryAfter = 2000;
      timer = setTimeout(flush, 0);
    }).catch(function () {
      timer = setTimeout(flush, (retryAfter = Math.min(retryAfter * 2, 300000)));
    }).then(function () {
      events.forEach(function (event) { delete flying[event.event_id]; });
    });
  }
  // The page goes away: what no answer has confirmed is handed to the browser; repeats are harmless.
  function leave() {
    var events = batch();
    if (!events.length || !allowed() || !n.sendBeacon) return;
    if (n.sendBeacon(conf.endpoint, new Blob([body(events)], { type: "text/plain" }))) done(events);
  }
  function resume() {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(QUEUE)) return;
        var event = keep(name);
        if (!event || Date.now() - Date.parse(event.occurred_at) > 7 * DAY * 1000) return keep(name, null);
        unsent[event.event_id] = event;
      });
    } catch (e) { /* no storage */ }
    flush();
  }

  function view() {
    var here = location.pathname + location.search + (/^#[!/]/.test(location.hash) ? location.hash : "");
    if (here === page) return;
    if (page) referrer = view.href;
    page = here;
    view.href = location.href;
    depth = 0;
    track("page_view");
  }
  function onClick(event) {
    var link = event.target.closest && event.target.closest("a[href],area[href]");
    var href = link ? link.href : "";
    var name = /^tel:/i.test(href) ? "phone_click"
      : /^(whatsapp:|https?:\/\/(wa\.me|(api|chat|web|www)\.whatsapp\.com|whatsapp\.com)\b)/i.test(href) ? "whatsapp_click"
      : /^(tg:|https?:\/\/(t|telegram)\.me\b)/i.test(href) ? "telegram_click"
      : /^mailto:/i.test(href) ? "email_click" : "";
    if (!name) return;
    var props = { href: href.slice(0, 500), text: link.textContent.trim().slice(0, 100) };
    if (name === "phone_click") props.phone_shown = href.slice(4);
    track(name, props, true);
  }
  function onScroll() {
    var root = d.documentElement, seen = ((w.scrollY + w.innerHeight) / Math.max(root.scrollHeight, 1)) * 100 + 0.5;
    [25, 50, 75, 100].forEach(function (mark) {
      if (seen >= mark && depth < mark) { depth = mark; track("scroll", { scroll_depth: mark }); }
    });
  }
  function kindOf(field) {
    if (field.dataset.synapse) return field.dataset.synapse;
    if (!/^(text|tel|email|search|number)$/.test(field.type)) return "";
    var words = [field.type, field.name, field.id, field.autocomplete].join(" ");
    return /e-?mail|почт/i.test(words) ? "email" : /(^|[^a-z])tel(?!e)|phone|телефон/i.test(words) ? "phone" : "";
  }
  function onSubmit(event) {
    var form = event.target, props = { form: form.getAttribute("id") || form.getAttribute("name") || "" };
    if (form.dataset.synapse === "ignore") return;
    [].forEach.call(form.elements, function (field) {
      var kind = field.type !== "password" && kindOf(field);
      if ((kind === "phone" || kind === "email") && field.value && !props[kind]) props[kind] = field.value.slice(0, 200);
    });
    track("form_submit", props, true);
  }

  function start() {
    if (started || !conf.key || !conf.endpoint) return;
    started = true;
    widest();
    ["pushState", "replaceState"].forEach(function (name) {
      var original = history[name];
      history[name] = function () {
        var result = original.apply(this, arguments);
        setTimeout(view, 0);
        return result;
      };
    });
    w.addEventListener("popstate", function () { setTimeout(view, 0); });
    w.addEventListener("hashchange", view);
    w.addEventListener("scroll", onScroll, { passive: true });
    w.addEventListener("pagehide", leave);
    d.addEventListener("visibilitychange", function () { if (d.visibilityState === "hidden") leave(); });
    d.addEventListener("click", onClick, true);
    d.addEventListener("submit", onSubmit, true);
    resume();
    view();
  }

  var commands = {
    init: function (options) { Object.assign(conf, options); start(); },
    event: function (name, props) { track(String(name), props, true); },
    consent: function (flags) {
      var before = allowed();
      consent = Object.assign({}, consent, flags);
      if (!started) widest();
      if (allowed()) {
        keep(CONSENT, consent);
        if (!before && started) { page = ""; view(); }
      } else if (consent.analytics === false) {
        [CLIENT, SESSION].forEach(function (name) { cookie(name, "", 0); });
        keep(TOUCH, null);
        done(Object.keys(unsent).map(function (id) { return unsent[id]; }));
        keep(CONSENT, consent);
      }
    },
    // The number shown to this visitor: noted in every event, written into every [data-synapse-phone].
    phone: function (number, text) {
      shown = number;
      d.querySelectorAll("[data-synapse-phone]").forEach(function (place) {
        place.textContent = text || number;
        if (place.href) place.href = "tel:" + number;
      });
    }
  };
  w.synapse = function (command) {
    if (commands[command]) commands[command].apply(null, [].slice.call(arguments, 1));
  };
  w.synapse.loaded = true;
  [].forEach.call(waiting, function (words) { if (words[0] === "consent") w.synapse.apply(null, words); });
  start();
  [].forEach.call(waiting, function (words) { if (words[0] !== "consent") w.synapse.apply(null, words); });
})(window, document, navigator);
