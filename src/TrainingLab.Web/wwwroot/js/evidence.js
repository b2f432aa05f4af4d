// Appends evidence as it is written, newest first.

export function startEvidence() {
  const body = document.querySelector('[data-evidence]');
  if (!body)
    return;
  document.body.addEventListener('tl:evidence', ({ detail: entry }) => {
    if (Number(body.firstElementChild?.firstElementChild?.textContent ?? 0) >= entry.index)
      return;
    const row = body.insertRow(0);
    for (const text of [entry.index, entry.plantTime.slice(11, 19), entry.actor ?? body.dataset.plant, `${entry.protocol} ${entry.operation}`, entry.target ?? '', entry.outcome ?? ''])
      row.insertCell().textContent = text;
    while (body.rows.length > Number(body.dataset.shown))
      body.deleteRow(-1);
  });
}
