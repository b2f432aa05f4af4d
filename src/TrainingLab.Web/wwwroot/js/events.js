// The page's one event stream. Each topic becomes a tl:… event on the body; islands read its detail, htmx elements fetch their fragment again.

import { holds, startGuards } from './guards.js';

const topics = ['scorecard', 'values', 'evidence', 'endpoints', 'switches', 'attempt', 'opcua', 'attempts', 'students', 'reset'];

function publish(topic, data) {
  if (!holds(topic))
    document.body.dispatchEvent(new CustomEvent(`tl:${topic}`, { detail: data }));
}

export function startEvents() {
  const url = document.body.dataset.events;
  if (!url)
    return;
  startGuards(topic => publish(topic, {}));
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
