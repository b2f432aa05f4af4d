// Turns sections with data-tab into tabs (WAI-ARIA: tabs with automatic activation). Without scripts all of them are simply there.

function select(tabs, chosen, focus) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = !isChosen;
  }
  if (focus)
    chosen.focus();
  chosen.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  document.dispatchEvent(new Event('tl:tab'));
}

export function startTabs() {
  for (const holder of document.querySelectorAll('[data-tabs]')) {
    const bar = holder.querySelector('.tabs');
    bar.setAttribute('role', 'tablist');
    const tabs = [...holder.children].filter(panel => panel.dataset.tab).map(panel => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.textContent = panel.dataset.tab;
      tab.id = `for-${panel.id}`;
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', tab.id);
      bar.append(tab);
      return tab;
    });
    bar.addEventListener('click', event => { if (event.target.role === 'tab' || event.target.getAttribute('role') === 'tab') select(tabs, event.target, false); });
    bar.addEventListener('keydown', event => {
      const at = tabs.indexOf(event.target);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || next === undefined)
        return;
      event.preventDefault();
      select(tabs, tabs[(next + tabs.length) % tabs.length], true);
    });
    for (const tab of tabs) {
      const isFirst = tab === tabs[0];
      tab.setAttribute('aria-selected', String(isFirst));
      tab.tabIndex = isFirst ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).hidden = !isFirst;
    }
  }
}
