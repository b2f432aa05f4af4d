// What the reader has opened or closed stays so when the server sends its surroundings anew.

export function startDetails() {
  const isOpen = new Map();
  document.addEventListener('toggle', event => { if (event.target.id) isOpen.set(event.target.id, event.target.open); }, true);
  document.body.addEventListener('htmx:afterSwap', event => {
    for (const details of event.detail.target.querySelectorAll('details[id]'))
      if (isOpen.has(details.id))
        details.open = isOpen.get(details.id);
  });
}
