// A cell of a list changed in place: a double click, or F2 in a row; Enter keeps it, Escape leaves it, Tab goes to the next.
const table = document.querySelector('table.list[data-cell]');

class Cell {
  constructor(td) {
    this.td = td; this.row = td.closest('tr'); this.before = [...td.childNodes];
    this.question = new URLSearchParams({ id: this.row.dataset.id, field: td.dataset.field });
  }

  async open() {
    const answer = await fetch(`${table.dataset.cell}?${this.question}`, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return this.say(await words(answer));
    const { html } = await answer.json();
    const form = document.createElement('form');
    form.className = 'cell'; form.noValidate = true;
    form.innerHTML = html;
    this.td.replaceChildren(form);
    this.form = form; this.field = form.querySelector('.field, [type=checkbox]');
    this.field.focus(); this.field.select?.();
    form.addEventListener('submit', e => { e.preventDefault(); this.keep(); });
    form.addEventListener('keydown', e => {
      if (e.key === 'Escape') { e.stopPropagation(); this.close(); }
      if (e.key === 'Enter' && !e.shiftKey) { e.preventDefault(); this.keep(); }
      if (e.key === 'Tab') { e.preventDefault(); this.keep(e.shiftKey ? -1 : 1); }
    });
    document.dispatchEvent(new CustomEvent('lookups', { detail: form }));
  }

  async keep(step = 0) {
    const body = new FormData(this.form);
    this.question.forEach((value, name) => body.append(name, value));
    const answer = await fetch(table.dataset.cell, { method: 'POST', body, headers: { Accept: 'application/json', 'X-CSRFToken': table.dataset.token } });
    if (!answer.ok) return this.say(await words(answer));
    const { text } = await answer.json();
    this.before = this.before.length === 1 && this.before[0].nodeName === 'A' ? [Object.assign(this.before[0], { textContent: text || '—' })] : [document.createTextNode(text)];
    this.close();
    const cells = [...table.querySelectorAll('td[data-field]')], next = step && cells[cells.indexOf(this.td) + step];
    if (next) edit(next);
  }

  close() { this.td.replaceChildren(...this.before); (this.row.querySelector('a') || this.td).focus(); }

  say(text) {
    const where = this.form || this.td;
    where.querySelector('.error')?.remove();
    const p = Object.assign(document.createElement('p'), { className: 'error', textContent: text });
    p.setAttribute('role', 'alert');
    where.append(p); this.field?.focus();
  }
}

async function words(answer) {
  const told = await answer.json().catch(() => ({}));
  return Object.values(told.errors || {}).flat().join(' ') || told.error || table.dataset.failed;
}

const edit = td => { if (!td.querySelector('form')) new Cell(td).open(); };

if (table) {
  table.addEventListener('dblclick', e => { const td = e.target.closest('td[data-field]'); if (td) { e.preventDefault(); edit(td); } });
  table.addEventListener('keydown', e => { if (e.key === 'F2') { const td = e.target.closest('tr')?.querySelector('td[data-field]'); if (td) { e.preventDefault(); edit(td); } } });
}
