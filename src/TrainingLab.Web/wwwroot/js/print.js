// Buttons with data-print open the browser's print dialog.

export function startPrinting() {
  for (const button of document.querySelectorAll('[data-print]'))
    button.addEventListener('click', () => print());
}
