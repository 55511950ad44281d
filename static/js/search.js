// Ctrl+K: one field over everything that this person may see; arrows choose, Enter opens, Esc closes.
let dialog, input, list, options = [], at = 0, asked = '', timer;
const words = document.getElementById('find').dataset;

function build() {
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: words.css }));
  dialog = document.createElement('dialog');
  dialog.className = 'finder';
  dialog.setAttribute('aria-label', words.label);
  input = Object.assign(document.createElement('input'), { type: 'search', placeholder: words.placeholder, maxLength: 60, autocomplete: 'off' });
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'finder-list', 'aria-label': words.label })) input.setAttribute(name, value);
  list = document.createElement('div');
  list.id = 'finder-list'; list.setAttribute('role', 'listbox'); list.setAttribute('aria-label', words.label);
  dialog.append(input, list);
  document.body.append(dialog);
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  input.addEventListener('keydown', e => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { mark(at + (e.key === 'ArrowDown' ? 1 : -1)); e.preventDefault(); }
    else if (e.key === 'Enter' && options[at]) { location.href = options[at].dataset.address; e.preventDefault(); }
  });
  list.addEventListener('click', e => { const one = e.target.closest('[role=option]'); if (one) location.href = one.dataset.address; });
  dialog.addEventListener('click', e => { if (e.target === dialog) dialog.close(); });
}

function mark(next) {
  if (!options.length) return;
  options[at]?.removeAttribute('aria-selected');
  at = (next + options.length) % options.length;
  options[at].setAttribute('aria-selected', 'true');
  options[at].scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', options[at].id);
}

async function look() {
  asked = input.value.trim();
  if (!asked) { list.replaceChildren(); options = []; return; }
  const mine = asked;
  let groups;
  try { ({ groups } = await (await fetch(`/search?${new URLSearchParams({ q: mine })}`, { headers: { Accept: 'application/json' } })).json()); }
  catch { return; }
  if (mine !== asked) return;
  options = [];
  const parts = groups.map(({ label, hits }) => {
    const group = document.createElement('div');
    group.setAttribute('role', 'group'); group.setAttribute('aria-label', label);
    group.append(Object.assign(document.createElement('h3'), { textContent: label }));
    for (const [text, address] of hits) {
      const one = Object.assign(document.createElement('div'), { textContent: text, id: `finder-${options.length}` });
      one.setAttribute('role', 'option'); one.dataset.address = address;
      options.push(one); group.append(one);
    }
    return group;
  });
  list.replaceChildren(...(parts.length ? parts : [Object.assign(document.createElement('p'), { textContent: words.nothing })]));
  at = 0; mark(0);
}

export function open() {
  if (!dialog) build();
  if (!dialog.open) dialog.showModal();
  input.select();
}
