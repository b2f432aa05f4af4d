// A trend of chosen tags over plant time, drawn with uPlot. Bad values are gaps.
import uPlot from '../lib/uPlot.esm.js';
import { shown } from './numbers.js';

const colours = ['#0b5f6b', '#b4540a', '#5b3fa8', '#1b6e3c', '#a4262c', '#2458a6'];
const limit = 1800;

function start(root) {
  const holder = root.querySelector('.trend-chart');
  const boxes = [...root.querySelectorAll('input[type=checkbox]')];
  const times = [];
  const columns = new Map(boxes.map(box => [box.value, []]));
  let chart = null;

  // Each chosen tag takes the first colour that is free, so that two curves share one only when there are more than colours.
  const colourOf = new Map();
  const paint = box => {
    const key = box.nextElementSibling;
    key.className = 'key';
    colourOf.delete(box);
    if (!box.checked)
      return;
    const taken = [...colourOf.values()];
    const free = colours.findIndex((_, i) => !taken.includes(i));
    colourOf.set(box, free < 0 ? colourOf.size % colours.length : free);
    key.classList.add(`key-${colourOf.get(box)}`);
  };
  boxes.forEach(paint);
  const empty = root.querySelector('.trend-empty');

  const add = snapshot => {
    const time = Date.parse(snapshot.plantTime) / 1000;
    if (times.length > 0 && time <= times.at(-1)) {
      // Started over, or a value of an instant that is there already.
      if (time < times.at(-1)) {
        times.length = 0;
        for (const column of columns.values())
          column.length = 0;
      } else {
        return;
      }
    }
    times.push(time);
    const values = new Map(snapshot.values.map(v => [v.tag, v]));
    for (const [tag, column] of columns) {
      const value = values.get(tag);
      column.push(value === undefined ? column.at(-1) ?? null : value.quality === 'bad' ? null : value.number ?? null);
    }
    if (times.length > limit) {
      times.shift();
      for (const column of columns.values())
        column.shift();
    }
  };

  const chosen = () => boxes.filter(box => box.checked);
  const data = () => [times, ...chosen().map(box => columns.get(box.value))];

  const draw = () => {
    chart?.destroy();
    chart = null;
    empty.hidden = chosen().length > 0;
    holder.hidden = chosen().length === 0;
    if (holder.hidden || root.closest('[hidden]') || holder.clientWidth === 0)
      return;
    const units = [...new Set(chosen().map(box => box.dataset.unit))];
    chart = new uPlot({
      width: holder.clientWidth,
      height: Math.max(200, Math.min(320, holder.clientWidth * 0.45)),
      padding: [8, 30, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: true, y: false } },
      scales: Object.fromEntries(units.map(unit => [unit || '1', {}])),
      axes: [
        { stroke: '#46535f', grid: { stroke: '#e3e8ec' }, space: 72, values: (_, at) => at.map(t => new Date(t * 1000).toISOString().slice(11, 19)) },
        ...units.slice(0, 2).map((unit, i) => ({ scale: unit || '1', side: i === 0 ? 3 : 1, stroke: '#46535f', label: unit || undefined, labelSize: unit ? 22 : 0, size: 52, grid: { show: i === 0, stroke: '#e3e8ec' } })),
      ],
      series: [{}, ...chosen().map(box => ({
        label: box.dataset.name, scale: box.dataset.unit || '1', stroke: colours[colourOf.get(box)], width: 2, spanGaps: false, points: { show: false },
        value: (_, value) => shown(value, box.dataset.unit),
      }))],
    }, data(), holder);
  };

  for (const box of boxes)
    box.addEventListener('change', () => { paint(box); draw(); });
  document.addEventListener('tl:tab', draw);
  new ResizeObserver(() => {
    if (chart && holder.clientWidth > 0 && Math.abs(chart.width - holder.clientWidth) > 1)
      chart.setSize({ width: holder.clientWidth, height: chart.height });
  }).observe(holder);
  document.body.addEventListener('tl:values', ({ detail }) => { add(detail); chart?.setData(data()); });

  fetch(`/api/v1/attempts/${encodeURIComponent(root.dataset.attempt)}/recent-values?seconds=600`)
    .then(response => response.ok ? response.json() : [])
    .then(snapshots => {
      const live = times.length > 0 ? times[0] : Infinity;
      const newer = times.map((time, i) => [time, [...columns.values()].map(column => column[i])]);
      times.length = 0;
      for (const column of columns.values())
        column.length = 0;
      for (const snapshot of snapshots)
        if (Date.parse(snapshot.plantTime) / 1000 < live)
          add(snapshot);
      for (const [time, values] of newer) {
        times.push(time);
        [...columns.values()].forEach((column, i) => column.push(values[i]));
      }
      draw();
    });
}

export function startTrends() {
  document.querySelectorAll('[data-trend]').forEach(start);
}
