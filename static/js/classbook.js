// The journal page: keys as in a spreadsheet, each cell saved by itself, averages live.
// What is asked for rarely (ranges, comments, the search, the list of keys) is in more.js.
import { Queue, newId } from './queue.js';

const $ = id => document.getElementById(id);
const grid = $('grid'), body = grid.tBodies[0], wrap = $('wrap');
const rows = [...body.rows], heads = [...grid.tHead.rows[1].cells], cols = grid.querySelectorAll('col.cl');
const { show, css, keys, kinds, say: words } = JSON.parse(grid.dataset.words);
const codes = Object.fromEntries(Object.entries(show).map(([code, text]) => [text, code]));
const comma = document.documentElement.lang === 'ru' ? ',' : '.';
const token = document.querySelector('meta[name=csrf-token]').content;
const fields = ['topic', 'homework', 'work_type_id', 'attendance_taken'];
const undo = [], redo = [], waiting = new Map(), conflicts = new Map();
const held = [];
let r = 0, c = 0, step = 0, leaving = false, geometry, range, loading;

// --- cells and their values: codes as the server speaks them, texts as people read them
const cell = (i, j) => rows[i].cells[j + 2];
const encode = text => text ? text.split('/').reduce((all, part) => {
  const before = all[all.length - 1];
  if (!codes[part] && before && codes[`${before.raw}/${part}`]) { before.raw += `/${part}`; return all; }
  return [...all, { raw: part }];
}, []).map(part => codes[part.raw] || part.raw).join('/') : '';
const decode = value => value ? value.split('/').map(part => show[part] || part).join('/') : '';
const keyOf = d => `${d.student}:${d.lesson}${d.work ? `:${d.work}` : ''}`;
const key = td => keyOf(td.dataset);
// Read from the text once, then kept: a key press reads no text.
const valueOf = td => td.code === undefined ? (td.code = encode(td.textContent)) : td.code;
const styleOf = value => {
  if (!value) return '';
  const parts = value.split('/'), marks = parts.filter(part => !kinds[part]);
  const name = css[(marks.length ? marks : parts).pop()] || 'mu';
  return parts.length > 1 ? `two ${name}` : name;
};
const find = k => {
  const [student, lesson = '', work] = k.split(':');
  return [rows.findIndex(row => row.cells[2].dataset.student === student), heads.findIndex(h => h.dataset.lesson === lesson && h.dataset.work === work)];
};
const nameOf = i => rows[i].cells[0].lastChild.textContent;
const tell = text => { $('live').textContent = text; };

// --- moving: geometry is read once, a key press reads no layout
function measure() {
  const first = rows[0].cells;
  geometry = {
    left: first[0].offsetWidth + first[1].offsetWidth, top: grid.tHead.offsetHeight, x: heads.map(h => h.offsetLeft),
    width: first[2].offsetWidth, y: rows.map(row => row.offsetTop), height: rows[0].offsetHeight,
    w: wrap.clientWidth, h: wrap.clientHeight, sx: wrap.scrollLeft, sy: wrap.scrollTop,
  };
}
wrap.addEventListener('scroll', () => {
  if (geometry) { geometry.sx = wrap.scrollLeft; geometry.sy = wrap.scrollTop; }
}, { passive: true });
function reveal(i, j) {
  const g = geometry, x = g.x[j], y = g.y[i];
  if (x - g.left < g.sx) wrap.scrollLeft = g.sx = x - g.left;
  else if (x + g.width > g.sx + g.w) wrap.scrollLeft = g.sx = x + g.width - g.w + 4;
  if (y - g.top < g.sy) wrap.scrollTop = g.sy = y - g.top;
  else if (y + g.height > g.sy + g.h) wrap.scrollTop = g.sy = y + g.height - g.h + 2;
}
function move(i, j, focus = true) {
  i = Math.max(0, Math.min(rows.length - 1, i)); j = Math.max(0, Math.min(heads.length - 1, j));
  const from = cell(r, c), to = cell(i, j);
  if (r !== i) rows[r].classList.remove('on');
  if (c !== j) { cols[c].classList.remove('on'); heads[c].classList.remove('on'); }
  rows[i].classList.add('on'); cols[j].classList.add('on'); heads[j].classList.add('on');
  to.tabIndex = 0;
  if (c !== j || !$('lesson-day').textContent) lesson(j);
  r = i; c = j;
  if (to.dataset.note) tell(to.dataset.note);
  if (focus) { to.focus({ preventScroll: true }); reveal(i, j); }
  if (from !== to) from.removeAttribute('tabindex');
}

// --- averages, by the weights of the work types; pass, fail and exempt stay out
const format = x => x.toFixed(2).replace('.', comma);
const put = (el, text) => { if (el.textContent !== text) el.textContent = text; };
const sums = [];
function scan(i) {
  let sum = 0, weights = 0, count = 0, missed = 0;
  for (let j = 0; j < heads.length; j++) {
    const value = valueOf(cell(i, j));
    if (!value) continue;
    const weight = +heads[j].dataset.weight;
    for (const part of value.split('/')) {
      if (part >= '1' && part <= '5' && part.length === 1) { sum += part * weight; weights += weight; count++; }
      else if (kinds[part] === 'missed') missed++;
    }
  }
  return { sum, weights, count, missed };
}
function total(i) {
  const s = sums[i] = scan(i), cells = rows[i].cells, mean = s.weights ? s.sum / s.weights : 0;
  put(cells[1], s.weights ? format(mean) : '');
  cells[1].classList.toggle('edge', s.count > 2 && mean % 1 > .399 && mean % 1 < .599);
  put(cells[heads.length + 2], s.missed ? String(s.missed) : '');
  const final = cells[heads.length + 3];
  if (!final.classList.contains('set')) put(final, s.count > 2 ? String(Math.min(5, Math.floor(mean) + (mean % 1 + .001 >= grid.dataset.threshold))) : '');
  overall();
}
function overall() {
  const means = sums.filter(s => s && s.weights).map(s => s.sum / s.weights);
  put($('mean'), means.length ? format(means.reduce((a, b) => a + b, 0) / means.length) : '—');
}

// --- writing
function paint(i, j, value, state) {
  const td = cell(i, j);
  td.code = value; td.textContent = decode(value); td.className = styleOf(value);
  if (state) td.dataset.state = state;
  total(i);
}
// What a teacher may want to look at again; said, never forbidden.
function doubt(i, j, value) {
  const parts = value.split('/'), missed = parts.some(part => kinds[part] === 'missed');
  if (missed && parts.some(part => part && !kinds[part])) return words.absent;
  for (let n = j - 1; n >= 0 && parts.includes('2'); n--) {
    if (!heads[n].dataset.work) return valueOf(cell(i, n)).split('/').some(part => kinds[part] === 'missed') ? words.after : '';
  }
  return '';
}
const next = () => { step++; };
function set(i, j, value, log = true) {
  const td = cell(i, j), before = valueOf(td);
  if (before === value) return;
  if (td.getAttribute('aria-readonly')) { tell(heads[j].dataset.why); return false; }
  const k = key(td);
  if (heads[j].dataset.work && value.split('/').some(part => kinds[part])) { tell(words.only); return false; }
  if (log) { undo.push([k, before, value, step]); redo.length = 0; }
  const id = newId();
  waiting.set(k, id); conflicts.delete(k);
  paint(i, j, value, 'queued');
  if (value.split('/').some(part => kinds[part])) { heads[j].dataset.attendance = '1'; lesson(c); }
  queue.add({ id, ...place(td), value, base: before });
  tell(`${nameOf(i)}: ${decode(value) || words.empty}${(value = doubt(i, j, value)) ? ` — ${value}` : ''}`);
}
const place = td => ({ student: +td.dataset.student, lesson: +td.dataset.lesson, ...td.dataset.work && { work: +td.dataset.work } });
function type(code) {
  const parts = valueOf(cell(r, c)).split('/').filter(Boolean);
  const late = parts.filter(part => kinds[part] === 'late'), marks = parts.filter(part => !kinds[part]);
  if (!kinds[code]) return [code, ...late].join('/');
  if (kinds[code] === 'owed') return [...marks, code, ...parts.filter(part => kinds[part] && part !== code)].join('/');
  return kinds[code] === 'late' ? [...marks, code].join('/') : code;
}
function second(digit) {
  const parts = valueOf(cell(r, c)).split('/').filter(Boolean);
  const marks = parts.filter(part => !kinds[part]), rest = parts.filter(part => kinds[part]);
  return [...marks, digit, ...rest].slice(0, 4).join('/');
}
function history(from, to, pick) {
  const group = from.length && from[from.length - 1][3];
  while (from.length && from[from.length - 1][3] === group) {
    const entry = from.pop(), [i, j] = find(entry[0]);
    to.push(entry);
    move(i, j); set(i, j, entry[pick], false);
  }
}

// --- keys; a letter is found by what was typed, then by the physical key, so that the layout doesn't matter
const aim = e => ({
  ArrowDown: [r + 1, c], ArrowUp: [r - 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], Home: [r, 0],
  End: [r, heads.length - 1], PageDown: [r + 10, c], PageUp: [r - 10, c], Enter: [r + (e.shiftKey ? -1 : 1), c],
})[e.key];
function arrows(e) {
  if (!aim(e)) return false;
  if (e.shiftKey && e.key !== 'Enter') more(m => m.extend(...aim(e))); else { if (range) range.clear(); move(...aim(e)); }
  return true;
}
function chord(e) {
  const back = e.code === 'KeyZ' && !e.shiftKey, again = e.code === 'KeyY' || e.code === 'KeyZ';
  if (back) history(undo, redo, 1); else if (again) history(redo, undo, 2);
  else if (e.key === 'Home') move(0, 0); else if (e.key === 'End') move(rows.length - 1, heads.length - 1);
  else if (e.code === 'KeyD') more(m => m.down()); else if (e.code === 'KeyA') more(m => m.column());
  else return false;
  return true;
}
const shortcuts = {
  F2: e => more(m => e.shiftKey ? m.comment() : m.edit()), F3: () => more(m => m.search()), F4: () => history_(), '/': () => more(m => m.search()),
  '?': () => more(m => m.help()), t: () => $('topic').focus(), d: () => $('homework').focus(), r: () => $('work_type_id').focus(),
};
Object.assign(shortcuts, { т: shortcuts.t, д: shortcuts.d, l: shortcuts.d, к: shortcuts.r });
function letter(e) {
  next();
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key, many = range && range.on();
  if (key === 'Delete' || key === 'Backspace') { if (many) range.fill(''); else set(r, c, ''); return true; }
  if (e.shiftKey && /^Digit[1-5]$/.test(e.code)) { set(r, c, second(e.code[5])); return true; }
  const code = key.length === 1 && keys[key];
  if (!code && shortcuts[key]) { shortcuts[key](e); return true; }
  if (!code) return /^[a-zа-яё ]$/.test(key) ? (more(m => m.edit(key.trim())), true) : false;
  if (many) range.fill(code); else if (set(r, c, type(code)) !== false) move(r + 1, c);
  return true;
}
// The rarely used part, fetched when the page is quiet, so that it is there without a line too.
const core = { rows, heads, cell, set, type, move, next, decode, valueOf, nameOf, keys, kinds, show, words, tell, at: () => [r, c], send: (td, op) => queue.add({ id: newId(), ...place(td), ...op }) };
const fetched = () => import('./more.js').then(m => range = range || m.make(core));
const more = act => {
  if (range) return void act(range);
  loading = (loading || fetched()).then(() => act(range));
  loading.then(() => { loading = null; for (const e of held.splice(0)) late(e); });
};
// Keys that were pressed while it was on its way: to the field that it opened, else to the table.
function late(e) {
  const field = document.querySelector('dialog[open] #ask-field') || body.querySelector('input');
  if (!field) press(e);
  else if (e.key.length === 1) field.setRangeText(e.key, field.selectionStart, field.selectionEnd, 'end');
  else if (field.form && e.key === 'Enter') field.form.requestSubmit();
  else field.dispatchEvent(new KeyboardEvent('keydown', { key: e.key, cancelable: true }));
}
function press(e) {
  if (e.key === 'Escape') { if (range) range.clear(); leaving = true; return tell(words.leave); }
  if (e.key === 'Tab') {
    if (leaving || c === (e.shiftKey ? 0 : heads.length - 1)) return;
    e.preventDefault(); return move(r, c + (e.shiftKey ? -1 : 1));
  }
  const done = e.ctrlKey || e.metaKey ? chord(e) : arrows(e) || letter(e);
  if (done) { e.preventDefault(); leaving = false; }
}
grid.addEventListener('keydown', e => {
  if (e.altKey || e.isComposing) return;
  if (loading) { e.preventDefault(); held.push(e); } else press(e);
});
grid.addEventListener('paste', e => {
  const text = e.clipboardData.getData('text');
  e.preventDefault(); next();
  more(m => m.paste(text));
});
grid.addEventListener('copy', e => {
  e.clipboardData.setData('text', range && range.on() ? range.text() : cell(r, c).textContent); e.preventDefault();
});
const own = td => td && td.dataset.student;
body.addEventListener('mousedown', e => {
  const td = e.target.closest('td');
  if (!own(td) || e.target.tagName === 'INPUT') return;
  e.preventDefault();
  const at = [td.parentNode.sectionRowIndex, td.cellIndex - 2];
  if (e.shiftKey) return more(m => m.extend(...at));
  if (range) range.clear();
  move(...at);
  if (conflicts.has(key(td))) ask(key(td)); else $('pop').hidden = true;
});
body.addEventListener('mouseover', e => {
  const td = e.buttons === 1 && e.target.closest('td');
  if (own(td) && td !== cell(r, c)) more(m => m.extend(td.parentNode.sectionRowIndex, td.cellIndex - 2));
});
body.addEventListener('dblclick', e => own(e.target.closest('td')) && more(m => m.edit()));
body.addEventListener('focusin', e => {
  const td = e.target.closest('td');
  if (own(td) && td !== cell(r, c)) move(td.parentNode.sectionRowIndex, td.cellIndex - 2, false);
});

// --- the history of a cell: fetched when it is asked for
const history_ = () => import('./history.js').then(({ show: open }) => open(`${grid.dataset.history}?${new URLSearchParams(
  { lesson: cell(r, c).dataset.lesson, student: cell(r, c).dataset.student, part: 1 })}`, () => move(r, c)));
$('history').addEventListener('click', history_);

// --- the lesson of the chosen column
function lesson(j) {
  const h = heads[j], d = h.dataset;
  $('lesson-day').textContent = d.day; $('lesson-number').textContent = d.number;
  $('lesson-link').href = `/lessons/${d.lesson}`; $('works-link').href = `/lessons/${d.lesson}/works`;
  $('topic').placeholder = d.topic ? '' : d.planned || '';
  $('topic').value = d.topic; $('homework').value = d.homework; $('work_type_id').value = d.kind;
  $('attendance_taken').checked = d.attendance === '1';
  const closed = h.classList.contains('locked');
  if (h.classList.contains('todo') || h.classList.contains('done')) h.classList.toggle('todo', !d.topic);
  for (const name of fields) $(name).disabled = closed || (name === 'attendance_taken' && h.classList.contains('off'));
  const state = $('lesson-state');
  const text = d.work ? h.title : d.why || (!d.topic ? words.notopic : !d.homework ? words.nohomework : d.attendance !== '1' ? words.noattendance : d.unplanned ? words.unplanned : words.done);
  state.textContent = text.length > 40 ? `${text.slice(0, 38)}…` : text; state.title = text;
  state.className = `chip ${d.why || d.work ? '' : text === words.done ? 'ok' : 'warn'}`;
}
const kept = { topic: 'topic', homework: 'homework', work_type_id: 'kind', attendance_taken: 'attendance' };
const typed = field => field.type === 'checkbox' ? (field.checked ? '1' : '') : field.value.trim();
for (const name of fields) {
  $(name).addEventListener('change', () => {
    const d = heads[c].dataset, value = typed($(name)), base = d[kept[name]] || '';
    if (value === base) return;
    if (name === 'topic' && !base && value === d.planned) return take(d);
    keep(d.lesson, { [name]: value });
    queue.add({ id: newId(), lesson: +d.lesson, field: name, value, base });
  });
  $(name).addEventListener('keydown', e => {
    if (e.key !== 'Escape' && e.key !== 'Enter') return;
    const d = heads[c].dataset;
    e.preventDefault();
    if (name === 'topic' && e.key === 'Enter' && !d.topic && d.planned && $(name).value === d.planned) take(d);
    if (name === 'topic' && e.key === 'Escape') $(name).value = d.topic;
    $(name).blur(); cell(r, c).focus();
  });
}
$('topic').addEventListener('focus', () => {
  const d = heads[c].dataset;
  if (!d.topic && d.planned && !$('topic').value) { $('topic').value = d.planned; $('topic').select(); }
});
$('topic').addEventListener('blur', () => { if ($('topic').value === heads[c].dataset.planned) $('topic').value = heads[c].dataset.topic; });
// A row of the plan is taken whole: the server fills in what it brings along.
function take(d) {
  keep(d.lesson, { topic: d.planned });
  queue.add({ id: newId(), lesson: +d.lesson, field: 'planned_lesson_id', value: d.plannedId, base: '' });
}
// Every column of a lesson knows its fields; the weight is that of the lesson's own column.
function keep(id, values) {
  for (const h of heads.filter(one => one.dataset.lesson === String(id))) {
    for (const [name, value] of Object.entries(values)) h.dataset[kept[name]] = value;
    if (!('work_type_id' in values) || h.dataset.work) continue;
    const chosen = [...$('work_type_id').options].find(one => one.value === String(values.work_type_id));
    h.dataset.weight = (chosen && chosen.dataset.weight) || '1';
    rows.forEach((_, i) => total(i));
  }
  lesson(c);
}

// --- answers of the server
function ask(k) {
  const entry = conflicts.get(k), [i, j] = find(k), box = cell(i, j).getBoundingClientRect(), pop = $('pop');
  $('pop-who').textContent = [nameOf(i), heads[j].dataset.day, entry.by, entry.at].filter(Boolean).join(', ');
  $('pop-mine-value').textContent = decode(entry.mine) || '—'; $('pop-their-value').textContent = decode(entry.value) || '—';
  pop.hidden = false;
  pop.style.left = `${Math.max(8, Math.min(box.right + 6, innerWidth - pop.offsetWidth - 12))}px`;
  pop.style.top = `${Math.max(8, Math.min(box.bottom + 6, innerHeight - pop.offsetHeight - 12))}px`;
  const end = () => { conflicts.delete(k); pop.hidden = true; move(i, j); status(); };
  $('pop-mine').onclick = () => { end(); cell(i, j).dataset.state = 'saved'; set(i, j, entry.mine); };
  $('pop-theirs').onclick = () => { end(); cell(i, j).dataset.state = 'saved'; };
  $('pop-mine').focus();
}
const queue = new Queue(grid.dataset.post, grid.dataset.account, token, (op, answer) => {
  if (op.field === 'comment') return commented(op, answer);
  if (op.field) return fieldAnswered(op, answer);
  const k = keyOf(op), [i, j] = find(k), mine = waiting.get(k);
  if (mine === op.id) waiting.delete(k);
  if (i < 0 || j < 0 || (mine && mine !== op.id)) return;
  if (answer.state === 'saved') {
    if (mine && valueOf(cell(i, j)) === answer.value) cell(i, j).dataset.state = 'saved'; else paint(i, j, answer.value, 'saved');
    return;
  }
  if (answer.state === 'conflict') conflicts.set(k, { ...answer, mine: op.value });
  paint(i, j, answer.state === 'conflict' ? answer.value : op.base, answer.state);
  cell(i, j).title = answer.message || '';
  tell(`${nameOf(i)}: ${answer.message || words.conflict}`);
}, status);
function commented(op, answer) {
  const [i, j] = find(keyOf(op)), text = answer.state === 'error' || answer.state === 'locked' ? op.base : answer.value;
  if (i < 0 || j < 0) return;
  cell(i, j).title = cell(i, j).dataset.note = text;
  if (answer.state !== 'saved') tell(answer.message || words.conflict);
}
function fieldAnswered(op, answer) {
  if (answer.state === 'saved') {
    keep(op.lesson, answer.fields || { [op.field]: answer.value });
    if (answer.note) tell(answer.note);
    return;
  }
  keep(op.lesson, { [op.field === 'planned_lesson_id' ? 'topic' : op.field]: answer.state === 'conflict' ? answer.value : op.base });
  tell(answer.message || words.conflict);
  $('lesson-state').textContent = answer.message || words.conflict; $('lesson-state').className = 'chip bad';
}
let last = { state: 'ok', count: 0 };
function status(now) {
  last = now || last;
  const el = $('sync');
  let state = last.state, text = `${words[state] || ''} ${last.count}`;
  if (conflicts.size) { state = 'conf'; text = `${words.conflict} (${conflicts.size})`; }
  else if (state === 'ok' && last.count) { state = 'wait'; text = words.saving; }
  else if (state === 'ok') text = words.saved;
  state = { offline: 'off', signin: 'auth' }[state] || state;
  if (el.dataset.s !== state) el.dataset.s = state;
  if (el.textContent !== text) el.textContent = text;
}
addEventListener('submit', e => {
  if (e.target.matches('[data-logout]') && last.count) { e.preventDefault(); $('sync').scrollIntoView(); tell(`${words.offline} ${last.count}`); }
});

addEventListener('resize', measure);
measure();
const start = heads.findIndex(h => h.dataset.lesson === grid.dataset.now), [asked, column] = find(location.hash.slice(1));
move(Math.max(0, asked), column < 0 ? Math.max(0, start) : column);
document.documentElement.dataset.ready = '1';
setTimeout(() => { rows.forEach((_, i) => { sums[i] = scan(i); }); overall(); });
queue.load().then(ops => {
  if (queue.stale()) return location.reload();
  for (const op of ops) {
    if (op.field) continue;
    const [i, j] = find(keyOf(op));
    if (i >= 0 && j >= 0) { waiting.set(keyOf(op), op.id); paint(i, j, op.value, 'queued'); }
  }
  return queue.flush(false, true);
});
if (matchMedia('(pointer:coarse)').matches) more(m => m.pad($('pad'))); else (window.requestIdleCallback || setTimeout)(fetched);
if (navigator.serviceWorker) navigator.serviceWorker.register('/offline.js');
