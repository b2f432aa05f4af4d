// The toolbox line: history with the arrow keys, completion with Tab, output as a log that screen readers follow.

const historyLimit = 200;

function start(terminal) {
  const output = terminal.querySelector('.terminal-output');
  const form = terminal.querySelector('form');
  const input = form.querySelector('input');
  const candidates = terminal.querySelector('.completions');
  const key = `tl-history-${terminal.dataset.attempt}`;
  const history = JSON.parse(sessionStorage.getItem(key) ?? '[]');
  let at = history.length;
  let draft = '';

  const post = async (action, body) => {
    const response = await fetch(`/api/v1/attempts/${encodeURIComponent(terminal.dataset.attempt)}/${action}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Form-Token': document.body.dataset.formToken },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error((await response.json().catch(() => ({}))).detail ?? document.body.dataset.failed);
    return response.json();
  };

  const write = (text, kind) => {
    const line = document.createElement('div');
    line.className = kind;
    line.textContent = text;
    output.append(line);
    while (output.childElementCount > 2000)
      output.firstElementChild.remove();
    output.scrollTop = output.scrollHeight;
  };

  const remember = line => {
    if (history.at(-1) !== line)
      history.push(line);
    history.splice(0, history.length - historyLimit);
    sessionStorage.setItem(key, JSON.stringify(history));
    at = history.length;
  };

  const run = async line => {
    write(`$ ${line}`, 'echo');
    if (line === 'clear') {
      output.replaceChildren();
      return;
    }
    form.setAttribute('aria-busy', 'true');
    try {
      const result = await post('exec', { command: line });
      for (const { text, isError } of result.lines)
        write(text, isError ? 'error' : 'out');
      if (result.exitCode !== 0)
        write(terminal.dataset.exitCode.replace('{0}', result.exitCode), 'code');
    } catch (error) {
      write(error.message, 'error');
    } finally {
      form.removeAttribute('aria-busy');
    }
  };

  // One after the other, in the order typed; typing goes on meanwhile.
  let running = Promise.resolve();
  form.addEventListener('submit', event => {
    event.preventDefault();
    const line = input.value.trim();
    if (!line)
      return;
    remember(line);
    input.value = '';
    candidates.textContent = '';
    running = running.then(() => run(line));
  });

  const complete = async () => {
    const line = input.value;
    const cursor = input.selectionStart;
    try {
      const { start: from, candidates: words } = await post('complete', { line, cursor });
      if (input.value !== line)
        return;
      let common = words[0] ?? '';
      for (const word of words)
        while (!word.startsWith(common))
          common = common.slice(0, -1);
      if (common.length > cursor - from || words.length === 1) {
        const insert = words.length === 1 ? `${words[0]} ` : common;
        input.setRangeText(insert, from, cursor, 'end');
      }
      candidates.textContent = words.length > 1 ? words.join('   ') : '';
    } catch {
      candidates.textContent = '';
    }
  };

  const recall = step => {
    if (at === history.length)
      draft = input.value;
    at = Math.min(Math.max(at + step, 0), history.length);
    input.value = at === history.length ? draft : history[at];
  };

  input.addEventListener('keydown', event => {
    if (event.isComposing)
      return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      recall(event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.key === 'Tab' && !event.shiftKey && input.value) {
      // An empty line lets Tab go on to the next element, so nobody is caught here.
      event.preventDefault();
      complete();
    } else if (event.key === 'Escape') {
      input.value = '';
      candidates.textContent = '';
    }
  });
  terminal.addEventListener('click', event => { if (event.target === output && !getSelection().toString()) input.focus(); });
}

export function startTerminals() {
  document.querySelectorAll('[data-terminal]').forEach(start);
}
