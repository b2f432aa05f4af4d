// Buttons with data-fill put their text into a field.

export function startExamples() {
  document.addEventListener('click', ({ target }) => {
    const field = document.querySelector(target.dataset?.fill ?? '#none');
    if (!field)
      return;
    field.value = target.textContent;
    field.focus();
  });
}
