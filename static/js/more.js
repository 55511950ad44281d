// The rarely used part of the journal page: typed values, ranges, filling down, comments, the search for a pupil, the
// list of keys, the buttons for fingers.
export function make(core) {
  const { rows, heads, cell, set, type, move, next, decode, valueOf, nameOf, keys, kinds, show, words, tell, at, send } = core;
  let from = null, to = null;

  // What a person typed as text: "4/5", "н", "5 о"; null when no scale has it.
  function parse(text) {
    const parts = text.trim().toLowerCase().replace(/н\/а|n\/a/g, m => m.replace('/', '\u0001')).split(/[\s/]+/).filter(Boolean)
      .map(part => part.replace('\u0001', '/')).map(part => keys[part] || keys[Object.keys(keys).find(name => part.length > 1 || name.length < 4 ? name.startsWith(part) : false)]);
    const rank = part => ['owed', 'late', 'missed'].indexOf(kinds[part]);
    if (parts.some(part => !part) || parts.filter(part => rank(part) > 0).length > 1) return null;
    return parts.sort((a, b) => Math.min(rank(a), 1) - Math.min(rank(b), 1)).join('/');
  }

  // --- a range: from the cell where it began to the active one
  const box = () => [Math.min(from[0], to[0]), Math.max(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[1], to[1])];
  function each(act) {
    const [top, bottom, left, right] = box();
    for (let i = top; i <= bottom; i++) for (let j = left; j <= right; j++) act(i, j);
  }
  const paint = () => each((i, j) => cell(i, j).classList.add('sel'));
  const wipe = () => { if (from) each((i, j) => cell(i, j).classList.remove('sel')); };
  const range = {
    on: () => !!from,
    clear() { wipe(); from = to = null; },
    extend(i, j) {
      i = Math.max(0, Math.min(rows.length - 1, i)); j = Math.max(0, Math.min(heads.length - 1, j));
      wipe();
      from = from || at(); to = [i, j];
      move(i, j);
      paint();
    },
    column() { const j = at()[1]; range.clear(); from = [0, j]; to = [rows.length - 1, j]; move(rows.length - 1, j); paint(); },
    fill(value) { each((i, j) => { if (!cell(i, j).getAttribute('aria-readonly')) set(i, j, value); }); paint(); },
    text() {
      const [top, bottom] = box(), lines = [];
      each((i, j) => { (lines[i - top] = lines[i - top] || []).push(decode(valueOf(cell(i, j)))); });
      return lines.slice(0, bottom - top + 1).map(line => line.join('\t')).join('\n');
    },
    // The topmost value of each column goes down the range; without one, down to the last pupil.
    down() {
      next();
      const alone = !from;
      if (alone) { from = at(); to = [rows.length - 1, at()[1]]; }
      const [top] = box();
      each((i, j) => { if (i > top && !cell(i, j).getAttribute('aria-readonly')) set(i, j, valueOf(cell(top, j))); });
      if (alone) from = to = null; else paint();
    },

    // --- a value typed as text
    edit(seed) {
      const [i, j] = at(), td = cell(i, j);
      if (td.getAttribute('aria-readonly')) return tell(heads[j].dataset.why);
      const before = td.textContent, input = document.createElement('input');
      input.value = seed === undefined ? before : seed; input.setAttribute('aria-label', `${nameOf(i)}, ${heads[j].dataset.day}`);
      td.textContent = ''; td.append(input); td.dataset.state = 'editing';
      if (seed === undefined) input.select();
      let closed = false;      // taking the field away blurs it, which closes it again
      const close = keep => {
        if (closed) return;
        closed = true;
        const value = keep ? parse(input.value) : null;
        td.textContent = before; delete td.dataset.state;
        next();
        if (keep && value === null) tell(words.unknown); else if (keep) set(i, j, value);
        move(i, j);
      };
      input.addEventListener('keydown', e => {
        e.stopPropagation();
        if (e.key === 'Enter' || e.key === 'Tab') { e.preventDefault(); close(true); }
        if (e.key === 'Escape') close(false);
      });
      input.addEventListener('blur', () => close(true));
      input.focus();
    },
    paste(text) {
      const [top, left] = at();
      text.replace(/\r?\n$/, '').split(/\r?\n/).forEach((line, i) => line.split('\t').forEach((one, j) => {
        const value = parse(one);
        if (value !== null && top + i < rows.length && left + j < heads.length) set(top + i, left + j, value);
      }));
    },

    // --- the buttons under the grid, for fingers
    pad(box) {
      const button = (text, label, act) => {
        const made = document.createElement('button');
        made.type = 'button'; made.className = 'btn'; made.textContent = text; made.setAttribute('aria-label', label);
        made.addEventListener('click', act); box.append(made);
      };
      const give = code => () => {
        const [i, j] = at();
        next(); set(i, j, code ? type(code) : '');
        if (code) move(i + 1, j, false);
      };
      for (const code of ['5', '4', '3', '2', ...Object.keys(kinds)]) button(show[code], show[code], give(code));
      button('⌫', words.erase, give(''));
      button('✎', words.type, () => range.edit());
      button('✍', words.comment, () => range.comment());
      box.hidden = false;
    },

    // --- what is said to a mark
    comment() {
      const [i, j] = at(), td = cell(i, j), base = td.dataset.note || '';
      if (!td.textContent || td.getAttribute('aria-readonly')) return tell(words.nomark);
      ask(`${words.comment}: ${nameOf(i)}, ${heads[j].dataset.day}`, base, 300, value => {
        if (value === base) return;
        td.dataset.note = td.title = value;
        send(td, { field: 'comment', value, base });
      });
    },

    // --- a pupil by the first letters, also of the first name
    search() {
      ask(words.find, '', 40, text => {
        const wanted = text.trim().toLowerCase().replace(/ё/g, 'е');
        const i = rows.findIndex((_, n) => nameOf(n).toLowerCase().replace(/ё/g, 'е').split(' ').some(part => part.startsWith(wanted)));
        if (i < 0 || !wanted) tell(words.nobody); else move(i, at()[1]);
      });
    },

    help() { import('./history.js').then(({ show }) => show('/classbook/keys?part=1', () => move(...at()))); },
  };

  function ask(label, value, size, done) {
    const dialog = document.createElement('dialog'), form = document.createElement('form');
    const field = document.createElement('input'), name = document.createElement('label'), button = document.createElement('button');
    dialog.className = 'sheet-dialog ask'; form.method = 'dialog';
    field.className = 'field'; field.id = 'ask-field'; field.value = value; field.maxLength = size; field.autocomplete = 'off';
    name.htmlFor = 'ask-field'; name.textContent = label; button.className = 'btn pri'; button.textContent = words.ok;
    form.append(name, field, button); dialog.append(form); document.body.append(dialog);
    form.addEventListener('submit', () => { dialog.dataset.done = '1'; });
    dialog.addEventListener('close', () => {
      dialog.remove();
      move(...at());
      if (dialog.dataset.done) done(field.value.trim());
    });
    dialog.showModal(); field.select();
  }
  return range;
}
