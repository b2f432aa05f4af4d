// The page's one event stream. Each topic becomes a tl:… event on the body; islands read its detail, htmx elements fetch their fragment again.

const topics = ['scorecard', 'values', 'evidence', 'endpoints', 'switches', 'topics', 'attempt', 'opcua', 'attempts', 'students', 'reset'];
const held = new Set();

/** An element with data-guard that somebody types in keeps its content until it is sent or left. */
function guarded(topic) {
  const guard = document.querySelector(`[data-guard]#${topic}`);
  if (!guard?.dataset.dirty)
    return false;
  held.add(topic);
  return true;
}

function publish(topic, data) {
  if (!guarded(topic))
    document.body.dispatchEvent(new CustomEvent(`tl:${topic}`, { detail: data }));
}

function watchGuards() {
  for (const guard of document.querySelectorAll('[data-guard]')) {
    guard.addEventListener('input', () => { guard.dataset.dirty = 'true'; });
    guard.addEventListener('focusout', event => {
      if (guard.contains(event.relatedTarget) || !held.delete(guard.id))
        return;
      delete guard.dataset.dirty;
      publish(guard.id, {});
    });
    // A refresh that was asked for before somebody began to type comes too late.
    guard.addEventListener('htmx:beforeSwap', event => {
      if (event.detail.target !== guard || event.detail.requestConfig?.verb !== 'get' || !guard.dataset.dirty)
        return;
      event.detail.shouldSwap = false;
      held.add(guard.id);
    });
    guard.addEventListener('htmx:afterSwap', () => {
      delete guard.dataset.dirty;
      held.delete(guard.id);
    });
  }
}

export function startEvents() {
  const url = document.body.dataset.events;
  if (!url)
    return;
  watchGuards();
  const shown = document.getElementById('connection');
  const show = live => {
    if (!shown)
      return;
    shown.textContent = live ? document.body.dataset.live : document.body.dataset.reconnecting;
    shown.classList.toggle('passed', live);
    shown.classList.toggle('pending', !live);
  };
  let last = '';
  let pause = 1000;
  let source = null;
  let resting;
  const close = () => {
    source?.close();
    source = null;
  };
  // Whoever lost the session is told so; everything else that is no stream may be a server that starts.
  const retry = async () => {
    const answer = await fetch('/api/v1/me').catch(() => null);
    if (answer?.status === 401)
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    else
      setTimeout(open, pause);
    pause = Math.min(pause * 2, 15000);
  };
  const open = () => {
    if (source || document.hidden)
      return;
    const opened = new EventSource(last ? `${url}&last=${encodeURIComponent(last)}` : url);
    source = opened;
    opened.onopen = () => { pause = 1000; show(true); };
    for (const topic of topics)
      opened.addEventListener(topic, event => { last = event.lastEventId; publish(topic, JSON.parse(event.data)); });
    opened.onerror = () => {
      show(false);
      // A browser gives up for good when the answer is not a stream, for example while the server starts.
      if (opened !== source || source.readyState !== EventSource.CLOSED)
        return;
      source = null;
      retry();
    };
  };
  open();
  // A browser has six connections per host: pages that nobody looks at give theirs back, and catch up by their last id.
  document.addEventListener('visibilitychange', () => {
    clearTimeout(resting);
    if (document.hidden)
      resting = setTimeout(close, 10000);
    else
      open();
  });
  addEventListener('pagehide', close);
  // Back from the browser's cache, the page has no stream any more.
  addEventListener('pageshow', event => { if (event.persisted) open(); });
}
