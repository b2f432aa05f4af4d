// Keeps the drawing of the line, the clock and every element with data-tag at the values of the plant.
import { shown } from './numbers.js';

// Names of states in the page's language, and those of qualities.
let names = {};

function showValue(element, value) {
  element.textContent = value.number === null || value.number === undefined ? value.text ?? '–' : shown(value.number, element.dataset.unit);
  element.classList.toggle('bad-quality', value.quality === 'bad');
  element.classList.toggle('uncertain-quality', value.quality === 'uncertain');
  if (value.quality !== 'good' && value.quality !== undefined)
    element.textContent += ` (${names[value.quality]})`;
}

function showLevel(rect, number) {
  const { capacity, base, room, grows } = rect.dataset;
  const length = Math.min(Math.max(number / capacity, 0), 1) * room;
  if (grows === 'right') {
    rect.setAttribute('width', length);
    return;
  }
  rect.setAttribute('height', length);
  rect.setAttribute('y', base - length);
}

export function startPicture() {
  const workspace = document.getElementById('workspace');
  if (!workspace)
    return;
  names = JSON.parse(workspace.dataset.stateWords);
  const by = (attribute, tag) => document.querySelectorAll(`[${attribute}="${CSS.escape(tag)}"]`);
  document.body.addEventListener('tl:values', ({ detail }) => {
    for (const value of detail.values) {
      for (const element of by('data-tag', value.tag))
        showValue(element, value);
      for (const rect of by('data-level-tag', value.tag))
        showLevel(rect, value.number ?? 0);
      for (const text of by('data-state-text', value.tag))
        text.textContent = names[value.text?.toLowerCase()] ?? value.text ?? '–';
      for (const group of by('data-state-tag', value.tag))
        group.dataset.state = value.text?.toLowerCase() ?? '';
    }
    const clock = document.getElementById('plant-time');
    clock.textContent = detail.plantTime.slice(0, 19).replace('T', ' ');
    clock.dateTime = detail.plantTime;
    const speed = document.getElementById('plant-speed');
    speed.textContent = speed.dataset.format.replace('{0}', detail.speed);
  });
}
