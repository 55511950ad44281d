// The timetable editor: take a lesson, see what every slot says, put it down; by mouse, finger and keyboard alike.
const $ = id => document.getElementById(id);
const matrix = $('matrix'), body = matrix.tBodies[0], data = matrix.dataset, words = JSON.parse(data.words);
const token = document.querySelector('meta[name=csrf-token]').content;
const cells = () => [...body.querySelectorAll('td')];
const where = () => data.draft ? { draft: data.draft, since: data.since } : { since: data.since };
const memory = `timetable ${data.draft || data.since}`;
const marks = ['qok', 'qsoft', 'qno', 'qme', 'qsrc'];
let held = null, verdicts = new Map(), at = cells()[0], taking = 0;

const line = text => { const p = document.createElement('p'); p.textContent = text; return p; };
const tell = (...texts) => $('why').replaceChildren(...texts.filter(Boolean).map(line));
const clear = () => { for (const td of body.querySelectorAll('.' + marks.join(',.'))) td.classList.remove(...marks); };
const cell = (row, weekday, number) => body.querySelector(`tr[data-class="${row}"] [data-slot="${weekday}-${number}"]`);

// --- the hand

function letGo(text) {
  held = null; verdicts = new Map(); taking += 1; clear();
  matrix.classList.remove('pick');
  $('held').textContent = words.nothing;
  for (const id of ['take-out', 'let-go', 'fix', 'room']) $(id).hidden = true;
  if (text) tell(text);
}

async function take(what, source) {
  const query = new URLSearchParams({ ...where(), ...what }), mine = ++taking;
  let answer;
  try { answer = await (await fetch(`${data.verdicts}?${query}`, { headers: { Accept: 'application/json' } })).json(); }
  catch { return tell(words.failed); }
  if (mine !== taking) return;
  letGo();
  held = { ...what, ...answer, source };
  $('held').textContent = answer.course;
  $('take-out').hidden = $('room').hidden = $('fix').hidden = !what.entry;
  $('let-go').hidden = false;
  $('fix').textContent = answer.locked ? words.unlock : words.lock;
  $('room').value = answer.room || '';
  matrix.classList.add('pick');
  for (const slot of answer.slots) {
    const td = cell(answer.class_id, slot.weekday, slot.number);
    if (!td) continue;
    verdicts.set(td, slot);
    td.classList.add({ ok: 'qok', soft: 'qsoft', no: 'qno' }[slot.state]);
  }
  for (const busy of answer.busy) cell(...busy)?.classList.add('qme');
  if (source) { source.classList.remove('qno', 'qok', 'qsoft'); source.classList.add('qsrc'); }
  explain(at);
}

// An entry of a slot with several (subgroups side by side): each press takes the next of them.
function takeFrom(td) {
  const entries = td.dataset.entries?.split(' ');
  if (!entries) return null;
  td.turn = held?.source === td ? ((td.turn || 0) + 1) % entries.length : 0;
  return take({ entry: entries[td.turn] }, td);
}

function explain(td) {
  const slot = verdicts.get(td);
  if (slot) tell(words[slot.state] + (slot.points ? ` (${words.points.replace('{}', slot.points)})` : '') + (slot.why.length ? ':' : ''), ...slot.why);
  else if (td?.title) tell(td.title);
}

// --- changes and the way back

const kept = () => JSON.parse(sessionStorage.getItem(memory) || '{"undo":[],"redo":[]}');
function keep(stacks) {
  sessionStorage.setItem(memory, JSON.stringify(stacks));
  $('undo').hidden = !stacks.undo.length; $('redo').hidden = !stacks.redo.length;
}

function refresh(answer) {
  const slot = at.dataset.slot, row = at.parentNode.dataset.class;
  for (const [key, html] of Object.entries(answer.rows)) {
    const tr = body.querySelector(`tr[data-class="${key}"]`);
    if (tr) tr.innerHTML = html;
  }
  $('tray').innerHTML = answer.tray;
  const count = [...document.querySelectorAll('#tray [data-assignment] b')].reduce((sum, b) => sum + Number(b.textContent.split('× ')[1] || 1), 0);
  $('left').textContent = count ? words.notplaced.replace('{}', count) : $('left').dataset.none;
  $('left').className = count ? 'chip warn' : 'chip ok';
  letGo();
  const again = body.querySelector(`tr[data-class="${row}"] [data-slot="${slot}"]`);
  if (again && !again.isSameNode(at)) { at = again; at.tabIndex = 0; at.focus({ preventScroll: true }); }
}

async function ask(address, options) {
  try {
    const answer = await fetch(address, { method: 'POST', ...options, headers: { 'X-CSRFToken': token, Accept: 'application/json', ...options.headers } });
    const said = await answer.json();
    if (answer.ok) { refresh(said); return said; }
    tell(words.no + ':', ...(said.refused || [said.error]));
  } catch { tell(words.failed); }
  return null;
}
const change = steps => ask(data.steps, {
  body: JSON.stringify({ since: data.since, draft: data.draft ? Number(data.draft) : null, steps }),
  headers: { 'Content-Type': 'application/json' },
});

async function doSteps(steps) {
  const said = await change(steps);
  if (!said) return;
  const stacks = kept();
  stacks.undo.push(said.back);
  keep({ undo: stacks.undo.slice(-50), redo: [] });
  tell(words.moved, ...said.warnings);
}
async function again(from, to) {
  const stacks = kept(), steps = stacks[from].pop();
  if (!steps) return;
  const said = await change(steps);
  if (!said) return;
  stacks[to].push(said.back);
  keep(stacks);
  tell(words.undone, ...said.warnings);
}

const place = (weekday, number) => [weekday, number, held.place[2], $('room').hidden ? held.room : Number($('room').value) || null];
const step = to => [{ assignment: held.assignment, was: held.entry ? held.place : null, to }];

async function putDown(td) {
  const slot = verdicts.get(td);
  if (!slot) return takeFrom(td);
  if (slot.state !== 'no') return doSteps(step(place(slot.weekday, slot.number)));
  explain(td);
  return offer(slot);
}

async function offer(slot) {
  const query = new URLSearchParams({ ...where(), weekday: slot.weekday, number: slot.number });
  if (held.entry) query.set('entry', held.entry); else query.set('assignment', held.assignment);
  let found;
  try { found = (await (await fetch(`${data.offers}?${query}`, { headers: { Accept: 'application/json' } })).json()).offers; }
  catch { return tell(words.failed); }
  if (!found?.length) return null;
  const buttons = found.map(one => {
    const button = document.createElement('button');
    button.className = 'btn'; button.type = 'button'; button.textContent = one.text;
    button.addEventListener('click', () => doSteps(one.steps));
    return button;
  });
  $('why').append(line(words.offers), ...buttons);
  return null;
}

const press = td => held ? (td === held.source ? takeFrom(td) : putDown(td)) : takeFrom(td);
const takeOut = () => held?.entry && doSteps(step(null));
const lock = () => held?.entry && ask(data.lock, { body: new URLSearchParams({ ...where(), entry: held.entry, on: held.locked ? '' : '1' }) });

// --- keyboard

function go(td) {
  if (!td || td.tagName !== 'TD') return;
  at.removeAttribute('tabindex'); td.tabIndex = 0; at = td; td.focus();
  explain(td);
}
matrix.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const row = at.parentNode, i = at.cellIndex;
  const to = { ArrowLeft: at.previousElementSibling, ArrowRight: at.nextElementSibling,
    ArrowUp: row.previousElementSibling?.cells[i], ArrowDown: row.nextElementSibling?.cells[i], Home: row.cells[1],
    End: row.cells[row.cells.length - 1] };
  if (e.key in to) go(to[e.key]);
  else if (e.key === 'Enter' || e.key === ' ') press(at);
  else if (e.key === 'Delete') takeOut();
  else if (e.code === 'KeyL') lock();
  else if (e.key === 'Escape') letGo();
  else return;
  e.preventDefault();
});
document.addEventListener('keydown', e => {
  if (!(e.ctrlKey || e.metaKey) || e.code !== 'KeyZ' || e.target.closest('input,select,textarea')) return;
  e.preventDefault();
  if (e.shiftKey) again('redo', 'undo'); else again('undo', 'redo');
});

// --- mouse and finger: what moves further than a press is dragged

let drag = null;
const ghost = document.createElement('span');
ghost.className = 'ghost tcard big'; ghost.hidden = true; document.body.append(ghost);
const under = e => document.elementFromPoint(e.clientX, e.clientY)?.closest?.('#matrix td');
function hover(td) {
  if (drag.over === td) return;
  drag.over?.classList.remove('qover');
  drag.over = td; td?.classList.add('qover');
  if (td) explain(td);
}
document.addEventListener('pointerdown', e => {
  const from = e.target.closest('#matrix td[data-entries], #tray [data-assignment]');
  if (!from || e.button || e.pointerType === 'touch') return;
  drag = { from, x: e.clientX, y: e.clientY, on: false, over: null, ready: null };
});
document.addEventListener('pointermove', e => {
  if (!drag) return;
  if (!drag.on) {
    if (Math.hypot(e.clientX - drag.x, e.clientY - drag.y) < 6) return;
    drag.on = true;
    ghost.textContent = drag.from.querySelector('b')?.textContent || drag.from.textContent; ghost.hidden = false;
    document.body.classList.add('dragging');
    const card = drag.from.dataset.assignment;
    drag.ready = card ? take({ assignment: card }, null) : takeFrom(drag.from);
  }
  ghost.style.transform = `translate(${e.clientX + 8}px,${e.clientY + 8}px)`;
  hover(under(e));
});
document.addEventListener('pointerup', async () => {
  const done = drag;
  if (!done) return;
  drag = null;
  if (!done.on) return;
  done.over?.classList.remove('qover');
  ghost.hidden = true; document.body.classList.remove('dragging');
  addEventListener('click', e => { e.stopPropagation(); e.preventDefault(); }, { capture: true, once: true });
  setTimeout(() => dispatchEvent(new Event('click')), 0);
  await done.ready;
  if (!done.over || done.over === done.from) return letGo();
  at.removeAttribute('tabindex'); at = done.over; at.tabIndex = 0;
  if (held && verdicts.has(done.over)) putDown(done.over); else letGo();
});
body.addEventListener('click', e => { const td = e.target.closest('td'); if (td) { go(td); press(td); } });
body.addEventListener('mouseover', e => { const td = e.target.closest('td'); if (td && held && !drag) explain(td); });
$('tray').addEventListener('click', e => {
  const card = e.target.closest('[data-assignment]');
  if (card) take({ assignment: card.dataset.assignment }, null);
});
$('take-out').addEventListener('click', takeOut);
$('fix').addEventListener('click', lock);
$('let-go').addEventListener('click', () => letGo());
$('undo').addEventListener('click', () => again('undo', 'redo'));
$('redo').addEventListener('click', () => again('redo', 'undo'));
$('room').addEventListener('change', () => held?.entry && doSteps(step(place(held.place[0], held.place[1]))));
at.tabIndex = 0;
keep(kept());
document.documentElement.dataset.ready = '1';
