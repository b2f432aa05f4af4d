// Short messages at the edge of the page, and the words for requests that failed.

/** Shows a message for a few seconds. */
export function toast(text) {
  const list = document.getElementById('toasts');
  const item = document.createElement('p');
  item.textContent = text;
  list.append(item);
  setTimeout(() => item.remove(), 6000);
}

export function startToasts() {
  for (const name of ['htmx:responseError', 'htmx:sendError', 'htmx:timeout'])
    document.body.addEventListener(name, () => toast(document.body.dataset.failed));
}
