// The register of missed lessons by keys: arrows, Shift for several cells, a letter for the reason.
const table = document.getElementById('register');
const sure = document.querySelectorAll('[data-sure]');
sure.forEach(button => button.addEventListener('click', event => { if (!confirm(button.dataset.sure)) event.preventDefault(); }));

if (table) {
  const { url } = table.dataset, keys = JSON.parse(table.dataset.keys), words = JSON.parse(table.dataset.words);
  const token = document.querySelector('meta[name=csrf-token]').content, said = document.getElementById('register-said');
  const days = [...table.tHead.rows[0].querySelectorAll('[data-day]')].map(th => th.dataset.day);
  const rows = [...table.tBodies[0].rows];
  const cell = (r, c) => rows[r].cells[c + 1];
  let r = 0, c = 0, from = null;

  const tell = text => { said.textContent = text; said.hidden = !text; };
  function chosen() {
    const [r0, c0] = from || [r, c], found = [];
    for (let i = Math.min(r, r0); i <= Math.max(r, r0); i++) for (let j = Math.min(c, c0); j <= Math.max(c, c0); j++) found.push([i, j]);
    return found;
  }
  function move(toR, toC, extend) {
    if (!rows[toR] || toC < 0 || toC >= days.length) return;
    from = extend ? from || [r, c] : null;
    cell(toR, toC).tabIndex = 0; cell(toR, toC).focus();
    if (toR !== r || toC !== c) cell(r, c).tabIndex = -1;
    [r, c] = [toR, toC];
    table.querySelectorAll('.chosen').forEach(td => td.classList.remove('chosen'));
    if (from) chosen().forEach(([i, j]) => cell(i, j).classList.add('chosen'));
  }
  function draw(line) {
    const row = rows.find(tr => tr.dataset.student === String(line.student));
    days.forEach((day, j) => {
      const td = row.cells[j + 1], [text, title] = line.cells[day] || ['', ''];
      td.textContent = text; td.title = title;
    });
    line.totals.forEach((count, j) => { row.cells[days.length + 1 + j].textContent = count || ''; });
  }
  async function put(reason) {
    const cells = chosen().map(([i, j]) => ({ student: Number(rows[i].dataset.student), day: days[j] }));
    try {
      const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token, Accept: 'application/json' },
        body: JSON.stringify({ cells, reason }) });
      const told = await answer.json();
      if (!answer.ok) return tell(told.error || words.failed);
      told.lines.forEach(draw);
      tell(told.count ? '' : words.none);
    } catch { tell(words.failed); }
  }
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || !event.target.matches('td[role=gridcell]')) return;
    const step = steps[event.key], reason = keys[event.key.toLowerCase()];
    if (step) move(r + step[0], c + step[1], event.shiftKey);
    else if (event.key === 'Home') move(r, 0, event.shiftKey);
    else if (event.key === 'End') move(r, days.length - 1, event.shiftKey);
    else if (event.key === 'Escape') move(r, c);
    else if (reason) put(reason);
    else return;
    event.preventDefault();
  });
  table.addEventListener('click', event => {
    const td = event.target.closest('td[role=gridcell]');
    if (td) move(rows.indexOf(td.parentElement), td.cellIndex - 1, event.shiftKey);
  });
}
