// The panel: references by typing (the ARIA combobox pattern) and a few keys. Everything works without it too.
const WAIT = 180;

class Lookup {
  constructor(box) {
    this.hidden = box.querySelector('[type=hidden]');
    this.input = box.querySelector('.field');
    this.url = box.dataset.url || box.closest('[data-lookup-url]').dataset.lookupUrl;
    this.name = box.dataset.lookup;
    this.list = document.createElement('ul');
    this.list.className = 'options'; this.list.id = `${this.input.id}-options`; this.list.hidden = true;
    this.list.setAttribute('role', 'listbox'); this.list.setAttribute('aria-label', this.label());
    box.append(this.list);
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': this.list.id, 'aria-autocomplete': 'list' })) this.input.setAttribute(name, value);
    this.at = -1;
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', e => this.key(e));
    this.input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.list.addEventListener('mousedown', e => { e.preventDefault(); const li = e.target.closest('li'); if (li) this.choose(li); });
  }

  label() { return document.querySelector(`label[for="${this.input.id}"]`)?.textContent.trim() || this.name; }

  typed() {
    this.hidden.value = '';
    if (this.input.dataset.free) this.input.name = this.input.dataset.free;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const asked = this.input.value.trim();
    const answer = await fetch(`${this.url}?${new URLSearchParams({ field: this.name, q: asked })}`, { headers: { Accept: 'application/json' } });
    if (!answer.ok || asked !== this.input.value.trim()) return;
    const rows = await answer.json();
    this.list.replaceChildren(...rows.map((row, i) => {
      const li = document.createElement('li');
      li.textContent = row.text; li.dataset.id = row.id; li.id = `${this.list.id}-${i}`;
      li.setAttribute('role', 'option'); li.setAttribute('aria-selected', 'false');
      return li;
    }));
    this.at = -1;
    this.list.hidden = !rows.length;
    this.input.setAttribute('aria-expanded', String(!!rows.length));
  }

  key(e) {
    const options = [...this.list.children];
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (this.list.hidden) return this.ask();
      options[this.at]?.setAttribute('aria-selected', 'false');
      this.at = (this.at + (e.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length;
      options[this.at].setAttribute('aria-selected', 'true');
      options[this.at].scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-activedescendant', options[this.at].id);
    } else if (e.key === 'Enter' && this.at >= 0 && !this.list.hidden) { e.preventDefault(); this.choose(options[this.at]); }
    else if (e.key === 'Escape') this.close();
  }

  choose(li) {
    this.hidden.value = li.dataset.id; this.input.value = li.textContent;
    if (this.input.dataset.free) this.input.removeAttribute('name');
    this.close();
  }

  close() {
    this.list.hidden = true; this.at = -1;
    this.input.setAttribute('aria-expanded', 'false'); this.input.removeAttribute('aria-activedescendant');
  }
}

for (const box of document.querySelectorAll('.lookup')) new Lookup(box);
document.addEventListener('lookups', e => e.detail.querySelectorAll('.lookup').forEach(box => new Lookup(box)));

// A tool of the list comes when it is opened; that it soon will be shows when a pointer or the focus is on it.
const coming = new Map();
const fetched = link => {
  const address = link.dataset.tool;
  if (!coming.has(address)) coming.set(address, fetch(address, { credentials: 'same-origin' }).then(answer => answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status)));
  return coming.get(address);
};
for (const link of document.querySelectorAll('a[data-tool]')) {
  for (const kind of ['pointerenter', 'focus']) link.addEventListener(kind, () => fetched(link).catch(() => coming.delete(link.dataset.tool)));
  link.addEventListener('click', async e => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    try {
      const html = await fetched(link), place = link.closest('span.contents') || link;
      if (!place.isConnected) return;
      const tool = document.createRange().createContextualFragment(html).querySelector('details.filters');
      place.replaceWith(tool);
      document.dispatchEvent(new CustomEvent('lookups', { detail: tool }));
      tool.querySelector('summary').focus();
    } catch { location.assign(link.href); }
  });
}

// Only what was asked stays in the address of a list.
document.querySelector('form[role=search]')?.addEventListener('submit', e => {
  for (const field of e.target.elements) if (field.name && !field.value) field.disabled = true;
});

// The parts of a row: their order by dragging the place, or by Alt and an arrow; the places are what is sent.
for (const table of document.querySelectorAll('table[data-ordered]')) {
  const body = table.tBodies[0];
  const number = () => [...body.rows].forEach((row, i) => { row.querySelector('.place input').value = i + 1; });
  let held = null;
  for (const row of body.rows) {
    const place = row.querySelector('.place');
    place.addEventListener('pointerdown', () => { row.draggable = true; });
    row.addEventListener('dragstart', () => { held = row; row.classList.add('held'); });
    row.addEventListener('dragover', e => { if (!held) return; e.preventDefault(); const box = row.getBoundingClientRect(); row[e.clientY > box.top + box.height / 2 ? 'after' : 'before'](held); });
    row.addEventListener('dragend', () => { row.draggable = false; row.classList.remove('held'); held = null; number(); });
  }
  body.addEventListener('keydown', e => {
    if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return;
    const row = e.target.closest('tr'), other = e.key === 'ArrowUp' ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    e.preventDefault();
    const field = document.activeElement;
    other[e.key === 'ArrowUp' ? 'before' : 'after'](row);
    number(); field.focus();
  });
}

const rows = [...document.querySelectorAll('table.list tbody tr')];
const here = () => rows.findIndex(row => row.contains(document.activeElement));

document.addEventListener('keydown', e => {
  if (e.target.matches('input:not([type=checkbox]), textarea, select') || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'j' || e.key === 'k') rows[Math.max(0, Math.min(rows.length - 1, here() + (e.key === 'j' ? 1 : -1)))]?.querySelector('a')?.focus();
  const edit = document.querySelector('table.list')?.dataset.edit;
  if (e.key === 'e' && edit && here() >= 0) location.assign(`${edit}?id=${new URL(rows[here()].querySelector('a').href).searchParams.get('id')}`);
  if (e.key === '/') { e.preventDefault(); document.getElementById('q')?.focus(); }
  if (e.key === 'n') document.querySelector('a[href$="/new"]')?.click();
});
