// Values of the workspace's OPC UA subscriptions. A list that another tab has changed is fetched again.

const latest = new Map();

function show(cell) {
  const value = latest.get(cell.dataset.subscription);
  if (!value)
    return;
  cell.textContent = value.value === null ? value.status : `${value.value}${value.unit ? ` ${value.unit}` : ''}`;
  cell.classList.toggle('bad-quality', !value.status.startsWith('Good'));
}

export function startSubscriptions() {
  const list = document.getElementById('opcua-subscriptions');
  if (!list)
    return;
  document.body.addEventListener('tl:opcua', ({ detail }) => {
    latest.set(detail.subscriptionId, detail.value);
    const cell = list.querySelector(`[data-subscription="${CSS.escape(detail.subscriptionId)}"]`);
    if (cell)
      show(cell);
    else
      document.body.dispatchEvent(new CustomEvent('tl:subscriptions'));
  });
  list.addEventListener('htmx:afterSwap', () => list.querySelectorAll('[data-subscription]').forEach(show));
}
