// The timetable editor: take a lesson, see what every slot says, put it down; by mouse, finger and keyboard alike.
const $ = id => document.getElementById(id);
const matrix = $('matrix'), body = matrix.tBodies[0], data = matrix.dataset, words = JSON.parse(data.words);
const token = document.querySelector('meta[name=csrf-token]').content;
const cells = () => [...body.querySelectorAll('td')];
let held = null, verdicts = new Map(), at = cells()[0];
const marks = ['qok', 'qsoft', 'qno', 'qme', 'qsrc'];

const line = text => { const p = document.createElement('p'); p.textContent = text; return p; };
const tell = (...texts) => $('why').replaceChildren(...texts.filter(Boolean).map(line));
const clear = () => cells().forEach(td => { td.classList.remove(...marks); });

function letGo(text) {
  held = null; verdicts = new Map(); clear();
  matrix.classList.remove('pick');
  $('held').textContent = words.nothing;
  $('take-out').hidden = $('let-go').hidden = true;
  if (text) tell(text);
}

async function take(what, source) {
  const query = new URLSearchParams({ since: data.since, ...what });
  let answer;
  try { answer = await (await fetch(`${data.verdicts}?${query}`, { headers: { Accept: 'application/json' } })).json(); }
  catch { return tell(words.failed); }
  letGo();
  held = { ...what, source, room: source?.dataset.rooms?.trim().split(' ')[source.turn || 0] };
  $('held').textContent = answer.course;
  $('take-out').hidden = !what.entry; $('let-go').hidden = false;
  matrix.classList.add('pick');
  const row = body.querySelector(`tr[data-class="${answer.class_id}"]`);
  for (const slot of answer.slots) {
    const td = row.querySelector(`[data-slot="${slot.weekday}-${slot.number}"]`);
    if (!td) continue;
    verdicts.set(td, slot);
    td.classList.add({ ok: 'qok', soft: 'qsoft', no: 'qno' }[slot.state]);
  }
  for (const [klass, weekday, number] of answer.busy) {
    body.querySelector(`tr[data-class="${klass}"] [data-slot="${weekday}-${number}"]`)?.classList.add('qme');
  }
  if (source) { source.classList.remove('qno', 'qok', 'qsoft'); source.classList.add('qsrc'); }
  explain(at);
}

// An entry of a slot with several (subgroups side by side): each press takes the next of them.
function takeFrom(td) {
  const entries = td.dataset.entries?.split(' ');
  if (!entries) return;
  td.turn = held?.source === td ? ((td.turn || 0) + 1) % entries.length : 0;
  take({ entry: entries[td.turn] }, td);
}

function explain(td) {
  const slot = verdicts.get(td);
  if (slot) tell(words[slot.state] + (slot.why.length ? ':' : ''), ...slot.why);
  else if (td?.title) tell(td.title);
}

async function send(address, values) {
  const form = new URLSearchParams({ since: data.since, ...values });
  try {
    const answer = await fetch(address, { method: 'POST', body: form, headers: { 'X-CSRFToken': token, Accept: 'application/json' } });
    const said = await answer.json();
    if (!answer.ok) return tell(words.no + ':', ...(said.refused || [said.error]));
    sessionStorage.setItem('timetable', JSON.stringify([words.moved, ...(said.warnings || [])]));
    location.reload();
  } catch { tell(words.failed); }
}

function putDown(td) {
  const slot = verdicts.get(td);
  if (!slot) return takeFrom(td);
  if (slot.state === 'no') return td === held.source ? takeFrom(td) : explain(td);
  const where = { weekday: slot.weekday, number: slot.number };
  if (held.entry) send(data.move, { ...where, entry_id: held.entry, room_id: held.room === '0' ? '' : held.room || '' });
  else send(data.add, { ...where, assignment_id: held.assignment, room_id: '' });
}
const press = td => held ? (td === held.source ? takeFrom(td) : putDown(td)) : takeFrom(td);
const takeOut = () => held?.entry && send(data.remove, { entry_id: held.entry });

function go(td) {
  if (!td || td.tagName !== 'TD') return;
  at.removeAttribute('tabindex'); td.tabIndex = 0; at = td; td.focus();
  explain(td);
}
matrix.addEventListener('keydown', e => {
  const row = at.parentNode, i = at.cellIndex;
  const to = { ArrowLeft: at.previousElementSibling, ArrowRight: at.nextElementSibling,
    ArrowUp: row.previousElementSibling?.cells[i], ArrowDown: row.nextElementSibling?.cells[i], Home: row.cells[1],
    End: row.cells[row.cells.length - 1] };
  if (e.key in to) go(to[e.key]);
  else if (e.key === 'Enter' || e.key === ' ') press(at);
  else if (e.key === 'Delete') takeOut();
  else if (e.key === 'Escape') letGo();
  else return;
  e.preventDefault();
});
body.addEventListener('click', e => { const td = e.target.closest('td'); if (td) { go(td); press(td); } });
body.addEventListener('mouseover', e => { const td = e.target.closest('td'); if (td && held) explain(td); });
document.querySelector('.tray').addEventListener('click', e => {
  const card = e.target.closest('[data-assignment]');
  if (card) take({ assignment: card.dataset.assignment }, null);
});
$('take-out').addEventListener('click', takeOut);
$('let-go').addEventListener('click', () => letGo());
at.tabIndex = 0;
const before = sessionStorage.getItem('timetable');
if (before) { tell(...JSON.parse(before)); sessionStorage.removeItem('timetable'); }
document.documentElement.dataset.ready = '1';
