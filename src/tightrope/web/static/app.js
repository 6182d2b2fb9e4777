// What a page can do without, but is pleasanter with: the evidence drawer and progress.

const drawer = document.querySelector("#drawer");

function addressWith(open) {
  const url = new URL(location.href);
  if (open) url.searchParams.set("open", open);
  else url.searchParams.delete("open");
  return url;
}

async function openDrawer(place, { remember }) {
  const answer = await fetch(`/${place.split("/").map(encodeURIComponent).join("/")}?bare=1`);
  if (!answer.ok) return false;
  drawer.querySelector("[data-drawer]").innerHTML = await answer.text();
  if (!drawer.matches(":modal")) {
    drawer.close();
    drawer.showModal();
  }
  drawer.scrollTop = 0;
  if (remember) history.pushState({ open: place }, "", addressWith(place));
  return true;
}

function closeDrawer({ remember }) {
  if (drawer.open) drawer.close();
  if (remember && new URL(location.href).searchParams.has("open")) {
    history.pushState({}, "", addressWith(null));
  }
}

function setUpDrawer() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-open]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain) return;
    event.preventDefault();
    const shown = await openDrawer(link.dataset.open, { remember: true }).catch(() => false);
    if (!shown) location.href = link.getAttribute("href");
  });
  drawer.querySelector(".close").addEventListener("submit", (event) => {
    event.preventDefault();
    closeDrawer({ remember: true });
  });
  drawer.addEventListener("cancel", () => closeDrawer({ remember: true }));
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) closeDrawer({ remember: true });
  });
  addEventListener("popstate", () => {
    const place = new URL(location.href).searchParams.get("open");
    if (place) openDrawer(place, { remember: false });
    else closeDrawer({ remember: false });
  });
  if (drawer.open) {
    drawer.close();
    drawer.showModal();
  }
}

function watch(pending) {
  const source = new EventSource(pending.dataset.job);
  source.onmessage = (event) => {
    const job = JSON.parse(event.data);
    pending.querySelector("[data-says]").textContent = job.says;
    const bar = pending.querySelector("progress");
    if (bar && job.share !== null) bar.value = job.share;
    if (["done", "failed", "stopped"].includes(job.status)) {
      source.close();
      location.reload();
    }
  };
  // The app was restarted: the page itself knows what stands now.
  source.onerror = () => source.close();
}

// A single key presses what is marked with it, unless something is being written.
function setUpKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    const marked = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!marked) return;
    event.preventDefault();
    if (marked.dataset.focus) document.querySelector(marked.dataset.focus).focus();
    else marked.click();
  });
}

// A span of a picture of time: drawn by dragging or set by two sliders, then asked for as an address.
const DAY = 864e5;

class Shade {
  constructor(section) {
    this.picture = section.querySelector(".picture");
    this.plot = [...(this.picture?.querySelectorAll("path") ?? [])].find((path) =>
      path.getAttribute("d").startsWith(`M0,0h${section.dataset.brush}v`),
    );
    this.mark = document.createElement("div");
    this.mark.className = "shade";
    this.mark.hidden = true;
    this.picture?.append(this.mark);
  }

  // From 0, the left end, to 1, the right one.
  share(event) {
    const { left, width } = this.plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  }

  show(from, to) {
    const { left, width } = this.plot.getBoundingClientRect();
    const start = left - this.picture.getBoundingClientRect().left + this.picture.scrollLeft;
    this.mark.style.left = `${start + from * width}px`;
    this.mark.style.width = `${(to - from) * width}px`;
    this.mark.hidden = false;
  }
}

function setUpSpan(form) {
  const first = Date.parse(form.dataset.since);
  const days = Math.round((Date.parse(form.dataset.until) - first) / DAY);
  const [from, to] = form.querySelectorAll('input[type="range"]');
  const shades = [...document.querySelectorAll("[data-brush]")]
    .map((section) => new Shade(section))
    .filter((shade) => shade.plot);
  const day = (after) => new Date(first + after * DAY).toISOString().slice(0, 10);

  function set(one, other) {
    const [a, b] = [one, other].sort((x, y) => x - y);
    [from.value, to.value] = [a, b];
    [form.elements.since.value, form.elements.until.value] = [day(a), day(b)];
    form.querySelector("output").textContent = `${day(a)} to ${day(b)}`;
    from.setAttribute("aria-valuetext", day(a));
    to.setAttribute("aria-valuetext", day(b));
    for (const shade of shades) shade.show(a / (days + 1), (b + 1) / (days + 1));
  }

  for (const [edge, at] of [[from, 0], [to, days]]) {
    Object.assign(edge, { min: 0, max: days, step: Math.max(1, Math.round(days / 250)), value: at });
    edge.addEventListener("input", () => set(Number(from.value), Number(to.value)));
  }
  for (const shade of shades) setUpDrag(shade, days, set, () => form.requestSubmit());
  set(0, days);
  for (const shade of shades) shade.mark.hidden = true;
  form.hidden = false;
}

function setUpDrag(shade, days, set, done) {
  const picture = shade.picture.querySelector("svg");
  let start = null;
  let dragged = false;
  const dayOf = (event) => Math.min(days, Math.floor(shade.share(event) * (days + 1)));
  // Else the mark under the pointer would be dragged, or take the focus.
  picture.addEventListener("mousedown", (event) => event.preventDefault());
  picture.addEventListener("pointerdown", (event) => {
    if (event.button === 0) [start, dragged] = [event, false];
  });
  picture.addEventListener("pointermove", (event) => {
    if (!start || (!dragged && Math.abs(event.clientX - start.clientX) < 5)) return;
    if (!dragged) picture.setPointerCapture(event.pointerId);
    dragged = true;
    set(dayOf(start), dayOf(event));
  });
  picture.addEventListener("pointerup", () => {
    start = null;
    if (dragged) done();
  });
  picture.addEventListener("pointercancel", () => (start = null));
  // The end of a drag is no click on the mark beneath it.
  picture.addEventListener(
    "click",
    (event) => {
      if (!dragged) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

// Arrow keys go from mark to mark, in the order of time.
function setUpMarks(picture) {
  const left = (mark) => mark.getBoundingClientRect().left;
  const marks = [...picture.querySelectorAll("a[data-open]")].sort((a, b) => left(a) - left(b));
  if (!marks.length) return;
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = marks.indexOf(document.activeElement);
    marks[Math.min(marks.length - 1, Math.max(0, at + step))].focus();
  });
}

if (drawer) setUpDrawer();
for (const form of document.querySelectorAll("form.span")) setUpSpan(form);
for (const picture of document.querySelectorAll("[data-brush] .picture")) setUpMarks(picture);
if (document.querySelector("[data-key]")) setUpKeys();
// What is highlighted in a long text is brought into view within its frame, not on the page.
for (const told of document.querySelectorAll(".text mark")) {
  told.parentElement.scrollTop = told.offsetTop - told.parentElement.offsetTop - 80;
}
for (const pending of document.querySelectorAll("[data-job]")) watch(pending);
for (const slide of document.querySelectorAll(".slide")) {
  slide.addEventListener("input", (event) => {
    slide.querySelector("output").textContent = event.target.value;
  });
}
