// Appends evidence as it is written, newest first.

export function startEvidence() {
  const body = document.querySelector('[data-evidence]');
  if (!body)
    return;
  const names = JSON.parse(body.dataset.names);
  const operations = JSON.parse(body.dataset.operations);
  document.body.addEventListener('tl:evidence', ({ detail: entry }) => {
    if (Number(body.firstElementChild?.firstElementChild?.textContent ?? 0) >= entry.index)
      return;
    const row = body.insertRow(0);
    for (const text of [entry.index, entry.plantTime.slice(11, 19), entry.actor ? names[entry.actor] ?? entry.actor : body.dataset.plant, operations[`${entry.protocol} ${entry.operation}`] ?? `${entry.protocol} ${entry.operation}`, entry.target ?? '', entry.outcome ?? ''])
      row.insertCell().textContent = text;
    while (body.rows.length > Number(body.dataset.shown))
      body.deleteRow(-1);
  });
}
