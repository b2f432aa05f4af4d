// Forms with data-confirm ask first, in the page's own dialog.

let questions = 0;

/** Resolves to whether the reader agreed. */
function ask(text) {
  const question = ++questions;
  const dialog = document.getElementById('confirm');
  document.getElementById('confirm-text').textContent = text;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => {
    const answered = () => {
      // The event comes late: the next question may be open by then.
      const isLast = question === questions;
      if (isLast && dialog.open)
        return;
      dialog.removeEventListener('close', answered);
      resolve(isLast && dialog.returnValue === 'confirm');
    };
    dialog.addEventListener('close', answered);
  });
}

export function startConfirming() {
  // Plain forms; those of htmx come as htmx:confirm below.
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.dataset?.confirm || form.hasAttribute('hx-post') || form.dataset.confirmed)
      return;
    event.preventDefault();
    if (await ask(form.dataset.confirm)) {
      form.dataset.confirmed = 'true';
      // A live list may have been drawn anew while the reader thought about it.
      if (!form.isConnected) {
        form.hidden = true;
        document.body.append(form);
      }
      form.requestSubmit();
    }
  });
  document.body.addEventListener('htmx:confirm', async event => {
    const text = event.detail.elt.dataset.confirm;
    if (!text)
      return;
    event.preventDefault();
    if (await ask(text))
      event.detail.issueRequest(true);
  });
}
