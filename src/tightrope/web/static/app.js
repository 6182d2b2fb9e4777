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
    if (!shown) location.href = link.href;
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

if (drawer) setUpDrawer();
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
