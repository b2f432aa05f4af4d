// Copy buttons. navigator.clipboard exists only on https and loopback; a class uses plain http over a LAN, hence the old way as well.
import { toast } from './toasts.js';

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not permitted: the old way may still work.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

export function startCopying() {
  document.addEventListener('click', async event => {
    const button = event.target.closest?.('[data-copy]');
    if (!button)
      return;
    const done = await copy(button.dataset.copy);
    button.focus();
    if (!done) {
      getSelection().selectAllChildren(button.parentElement.querySelector('code'));
      toast(document.body.dataset.copyFailed);
      return;
    }
    button.dataset.label ??= button.textContent;
    button.textContent = document.body.dataset.copied;
    toast(document.body.dataset.copied);
    setTimeout(() => { button.textContent = button.dataset.label; }, 2000);
  });
}
