// The tree of topics comes anew as messages come; not under a pressed pointer, whose click would be lost.

export function startTopics() {
  const list = document.getElementById('topics');
  if (!list)
    return;
  let pressed = false;
  let held = false;
  const release = () => {
    pressed = false;
    if (!held)
      return;
    held = false;
    document.body.dispatchEvent(new CustomEvent('tl:topics', { detail: {} }));
  };
  list.addEventListener('pointerdown', () => { pressed = true; });
  addEventListener('pointerup', release);
  addEventListener('pointercancel', release);
  list.addEventListener('htmx:beforeSwap', ({ detail }) => {
    if (!pressed || detail.target !== list || detail.requestConfig?.verb !== 'get')
      return;
    detail.shouldSwap = false;
    held = true;
  });
}
