// A part of the page with data-guard holds forms that the server sends anew. It is not exchanged under somebody's hands, and what they typed and have not sent stays.

const guards = [];

/** Whether a part waits: while somebody is in one of its fields, its refresh comes when they leave it. */
export function holds(topic) {
  const guard = guards.find(g => g.part.id === topic);
  if (!guard?.isBusy())
    return false;
  guard.held = true;
  return true;
}

/** `refresh` asks for a part anew, by its id. */
export function startGuards(refresh) {
  for (const part of document.querySelectorAll('[data-guard]'))
    guards.push(guard(part, refresh));
}

function guard(part, refresh) {
  const unsent = new Map();
  const fieldInUse = () => document.hasFocus() && part.contains(document.activeElement) && document.activeElement.matches('input, select') ? document.activeElement : null;
  const self = { part, held: false, isBusy: () => fieldInUse() !== null };
  let selection = null;
  const forget = form => {
    for (const [field, edit] of unsent)
      if (edit.action === form.action)
        unsent.delete(field);
  };
  part.addEventListener('input', ({ target }) => {
    if (target.form && target.name)
      unsent.set(`${target.form.action} ${target.name}`, { action: target.form.action, name: target.name, value: target.value, checked: target.checked });
  });
  part.addEventListener('htmx:beforeRequest', ({ target }) => {
    if (target instanceof HTMLFormElement)
      forget(target);
  });
  part.addEventListener('focusout', ({ relatedTarget }) => {
    if (part.contains(relatedTarget) || !self.held)
      return;
    self.held = false;
    refresh(part.id);
  });
  // A refresh that was asked for before somebody came comes too late; the answer to a form is shown.
  part.addEventListener('htmx:beforeSwap', ({ detail }) => {
    const field = fieldInUse();
    selection = field?.setSelectionRange ? { id: field.id, start: field.selectionStart, end: field.selectionEnd } : null;
    if (detail.target !== part || detail.requestConfig?.verb !== 'get' || !field)
      return;
    detail.shouldSwap = false;
    self.held = true;
  });
  // The answer to one form shows all of them; what stood unsent in the others is put back.
  part.addEventListener('htmx:afterSwap', () => {
    self.held = false;
    for (const form of part.querySelectorAll('form'))
      for (const { action, name, value, checked } of unsent.values()) {
        const field = action === form.action ? form.elements[name] : undefined;
        if (field?.type === 'checkbox')
          field.checked = checked;
        else if (field)
          field.value = value;
      }
    const field = selection && document.getElementById(selection.id);
    if (field?.type === 'text')
      field.setSelectionRange(selection.start, selection.end);
  });
  document.body.addEventListener('tl:reset', () => unsent.clear());
  return self;
}
