// The journal page: keys as in a spreadsheet, each cell saved by itself, averages live.
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
let r = 0, c = 0, leaving = false, geometry;

// --- cells and their values: codes as the server speaks them, texts as people read them
const cell = (i, j) => rows[i].cells[j + 2];
const encode = text => text ? text.split('/').reduce((all, part) => {
  const before = all[all.length - 1];
  if (!codes[part] && before && codes[`${before.raw}/${part}`]) { before.raw += `/${part}`; return all; }
  return [...all, { raw: part }];
}, []).map(part => codes[part.raw] || part.raw).join('/') : '';
const decode = value => value ? value.split('/').map(part => show[part] || part).join('/') : '';
const key = td => `${td.dataset.student}:${td.dataset.lesson}`;
const valueOf = td => encode(td.textContent);
const styleOf = value => {
  if (!value) return '';
  const parts = value.split('/'), marks = parts.filter(part => !kinds[part]);
  const name = css[(marks.length ? marks : parts).pop()] || 'mu';
  return parts.length > 1 ? `two ${name}` : name;
};
const find = k => {
  const [student, lesson = ''] = k.split(':');
  return [rows.findIndex(row => row.cells[2].dataset.student === student), heads.findIndex(h => h.dataset.lesson === lesson)];
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
    const text = cell(i, j).textContent;
    if (!text) continue;
    const weight = +heads[j].dataset.weight;
    for (const part of encode(text).split('/')) {
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
  if (!final.classList.contains('set')) put(final, s.count > 2 ? String(Math.round(mean)) : '');
  overall();
}
function overall() {
  const means = sums.filter(s => s && s.weights).map(s => s.sum / s.weights);
  put($('mean'), means.length ? format(means.reduce((a, b) => a + b, 0) / means.length) : '—');
}

// --- writing
function paint(i, j, value, state) {
  const td = cell(i, j);
  td.textContent = decode(value); td.className = styleOf(value);
  if (state) td.dataset.state = state;
  total(i);
}
function set(i, j, value, log = true) {
  const td = cell(i, j), before = valueOf(td);
  if (before === value) return;
  if (td.getAttribute('aria-readonly')) { tell(heads[j].dataset.why); return false; }
  const k = key(td);
  if (log) { undo.push([k, before, value]); redo.length = 0; }
  const id = newId();
  waiting.set(k, id); conflicts.delete(k);
  paint(i, j, value, 'queued');
  if (value.split('/').some(part => kinds[part])) { heads[j].dataset.attendance = '1'; lesson(c); }
  queue.add({ id, student: +td.dataset.student, lesson: +td.dataset.lesson, value, base: before });
}
function type(code) {
  const parts = valueOf(cell(r, c)).split('/').filter(Boolean);
  const late = parts.filter(part => kinds[part] === 'late'), marks = parts.filter(part => !kinds[part]);
  if (!kinds[code]) return [code, ...late].join('/');
  return kinds[code] === 'late' ? [...marks, code].join('/') : code;
}
function second(digit) {
  const parts = valueOf(cell(r, c)).split('/').filter(Boolean);
  const marks = parts.filter(part => !kinds[part]), rest = parts.filter(part => kinds[part]);
  return [...marks, digit, ...rest].slice(0, 4).join('/');
}
function history(from, to, pick) {
  const entry = from.pop();
  if (!entry) return;
  to.push(entry);
  const [i, j] = find(entry[0]);
  move(i, j); set(i, j, entry[pick], false);
  tell(`${nameOf(i)}: ${decode(entry[pick]) || words.empty}`);
}
// What a person typed as text: "4/5", "н", "5 о"; null when no scale has it.
function parse(text) {
  const parts = text.trim().toLowerCase().replace(/н\/а|n\/a/g, m => m.replace('/', '\u0001')).split(/[\s/]+/).filter(Boolean)
    .map(part => keys[part.replace('\u0001', '/')]);
  if (parts.some(part => !part) || parts.filter(part => kinds[part]).length > 1) return null;
  return [...parts.filter(part => !kinds[part]), ...parts.filter(part => kinds[part])].join('/');
}
function edit() {
  const td = cell(r, c);
  if (td.getAttribute('aria-readonly')) return tell(heads[c].dataset.why);
  const before = td.textContent, input = document.createElement('input');
  input.value = before; input.setAttribute('aria-label', `${nameOf(r)}, ${heads[c].dataset.day}`);
  td.textContent = ''; td.append(input); td.dataset.state = 'editing';
  input.select();
  const close = keep => {
    if (!input.isConnected) return;
    const value = keep ? parse(input.value) : null;
    td.textContent = before; delete td.dataset.state;
    if (keep && value === null) tell(words.unknown); else if (keep) set(r, c, value);
    move(r, c);
  };
  input.addEventListener('keydown', e => {
    e.stopPropagation();
    if (e.key === 'Enter' || e.key === 'Tab') { e.preventDefault(); close(true); }
    if (e.key === 'Escape') close(false);
  });
  input.addEventListener('blur', () => close(true));
  input.focus();
}

// --- keys; a letter is found by what was typed, then by the physical key, so that the layout doesn't matter
function arrows(e) {
  const to = {
    ArrowDown: [r + 1, c], ArrowUp: [r - 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], Home: [r, 0],
    End: [r, heads.length - 1], PageDown: [r + 10, c], PageUp: [r - 10, c], Enter: [r + (e.shiftKey ? -1 : 1), c],
  }[e.key];
  if (to) move(...to);
  return !!to;
}
function chord(e) {
  const back = e.code === 'KeyZ' && !e.shiftKey, again = e.code === 'KeyY' || e.code === 'KeyZ';
  if (back) history(undo, redo, 1); else if (again) history(redo, undo, 2);
  else if (e.key === 'Home') move(0, 0); else if (e.key === 'End') move(rows.length - 1, heads.length - 1);
  else return false;
  return true;
}
function press(e) {
  if (e.key === 'Delete' || e.key === 'Backspace') { set(r, c, ''); return true; }
  if (e.key === 'F2') { edit(); return true; }
  if (e.key === 'F4') { history_(); return true; }
  if (e.shiftKey && /^Digit[1-5]$/.test(e.code)) { set(r, c, second(e.code[5])); return true; }
  const code = keys[e.key.toLowerCase()] || (/^[a-z,.]$/i.test(e.key) && keys[e.key.toLowerCase()]);
  if (e.key.length !== 1 || !code) return false;
  if (set(r, c, type(code)) !== false) move(r + 1, c);
  return true;
}
grid.addEventListener('keydown', e => {
  if (e.altKey || e.isComposing) return;
  if (e.key === 'Escape') { leaving = true; return tell(words.leave); }
  if (e.key === 'Tab') {
    if (leaving || c === (e.shiftKey ? 0 : heads.length - 1)) return;
    e.preventDefault(); return move(r, c + (e.shiftKey ? -1 : 1));
  }
  const done = e.ctrlKey || e.metaKey ? chord(e) : arrows(e) || press(e);
  if (done) { e.preventDefault(); leaving = false; }
});
grid.addEventListener('paste', e => {
  e.preventDefault();
  e.clipboardData.getData('text').replace(/\r?\n$/, '').split(/\r?\n/).forEach((line, i) => line.split('\t').forEach((text, j) => {
    const value = parse(text);
    if (value !== null && r + i < rows.length && c + j < heads.length) set(r + i, c + j, value);
  }));
});
grid.addEventListener('copy', e => {
  e.clipboardData.setData('text', cell(r, c).textContent); e.preventDefault();
});
const own = td => td && td.dataset.student;
body.addEventListener('mousedown', e => {
  const td = e.target.closest('td');
  if (!own(td) || e.target.tagName === 'INPUT') return;
  e.preventDefault();
  move(td.parentNode.sectionRowIndex, td.cellIndex - 2);
  if (conflicts.has(key(td))) ask(key(td)); else $('pop').hidden = true;
});
body.addEventListener('dblclick', e => own(e.target.closest('td')) && edit());
body.addEventListener('focusin', e => {
  const td = e.target.closest('td');
  if (own(td) && td !== cell(r, c)) move(td.parentNode.sectionRowIndex, td.cellIndex - 2, false);
});

// --- the history of a cell: fetched when it is asked for
const history_ = () => import('./history.js').then(({ show: open }) => open(`${grid.dataset.history}?${new URLSearchParams(
  { lesson: cell(r, c).dataset.lesson, student: cell(r, c).dataset.student, part: 1 })}`, () => move(r, c)));
$('history').addEventListener('click', history_);

// --- the buttons under the grid, for fingers
if (matchMedia('(pointer:coarse)').matches) {
  const pad = $('pad');
  for (const code of ['5', '4', '3', '2', ...Object.keys(kinds), '']) {
    const button = document.createElement('button');
    button.type = 'button'; button.className = 'btn'; button.textContent = code ? show[code] : '⌫';
    button.addEventListener('click', () => { set(r, c, code ? type(code) : ''); if (code) move(r + 1, c, false); });
    pad.append(button);
  }
  pad.hidden = false;
}

// --- the lesson of the chosen column
function lesson(j) {
  const h = heads[j], d = h.dataset;
  $('lesson-day').textContent = d.day; $('lesson-number').textContent = d.number;
  $('lesson-link').href = `/lessons/${d.lesson}`;
  $('topic').value = d.topic; $('homework').value = d.homework; $('work_type_id').value = d.kind;
  $('attendance_taken').checked = d.attendance === '1';
  const closed = h.classList.contains('locked');
  for (const name of fields) $(name).disabled = closed;
  const state = $('lesson-state');
  const text = d.why || (!d.topic ? words.notopic : !d.homework ? words.nohomework : d.attendance !== '1' ? words.noattendance : words.done);
  state.textContent = text.length > 40 ? `${text.slice(0, 38)}…` : text; state.title = text;
  state.className = `chip ${d.why ? '' : text === words.done ? 'ok' : 'warn'}`;
}
const kept = { topic: 'topic', homework: 'homework', work_type_id: 'kind', attendance_taken: 'attendance' };
const typed = field => field.type === 'checkbox' ? (field.checked ? '1' : '') : field.value.trim();
for (const name of fields) {
  $(name).addEventListener('change', () => {
    const d = heads[c].dataset, value = typed($(name)), base = d[kept[name]] || '';
    if (value === base) return;
    d[kept[name]] = value;
    if (name === 'work_type_id') {
      const chosen = $(name).selectedOptions[0].dataset;
      heads[c].dataset.weight = chosen.weight || '1';
      rows.forEach((_, i) => total(i));
    }
    queue.add({ id: newId(), lesson: +d.lesson, field: name, value, base });
    lesson(c);
  });
  $(name).addEventListener('keydown', e => {
    if (e.key === 'Escape' || e.key === 'Enter') { e.preventDefault(); $(name).blur(); cell(r, c).focus(); }
  });
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
  if (op.field) return answer.state === 'saved' ? null : fieldRefused(op, answer);
  const k = `${op.student}:${op.lesson}`, [i, j] = find(k), latest = waiting.get(k) === op.id;
  if (latest) waiting.delete(k);
  if (i < 0 || j < 0 || !latest) return;
  if (answer.state === 'saved') { cell(i, j).dataset.state = 'saved'; return; }
  if (answer.state === 'conflict') conflicts.set(k, { ...answer, mine: op.value });
  paint(i, j, answer.state === 'conflict' ? answer.value : op.base, answer.state);
  cell(i, j).title = answer.message || '';
  tell(`${nameOf(i)}: ${answer.message || words.conflict}`);
}, status);
function fieldRefused(op, answer) {
  const head = heads.find(h => +h.dataset.lesson === op.lesson);
  if (!head) return;
  head.dataset[kept[op.field]] = answer.state === 'conflict' ? answer.value : op.base;
  lesson(c);
  tell(answer.message || words.conflict);
  $('lesson-state').textContent = answer.message || words.conflict; $('lesson-state').className = 'chip bad';
}
let last = { state: 'ok', count: 0 };
function status(now) {
  last = now || last;
  const el = $('sync');
  let state = last.state, text = `${words[state] || ''} ${last.count}`;
  if (conflicts.size) { state = 'conf'; text = `${words.conflict} (${conflicts.size})`; }
  else if (state === 'ok' && last.count) { state = 'wait'; text = `${words.saving} ${last.count}`; }
  else if (state === 'ok') text = words.saved;
  el.dataset.s = { offline: 'off', signin: 'auth' }[state] || state;
  if (el.textContent !== text) el.textContent = text;
}
addEventListener('submit', e => {
  if (e.target.matches('[data-logout]') && last.count) { e.preventDefault(); $('sync').scrollIntoView(); tell(`${words.offline} ${last.count}`); }
});

addEventListener('resize', measure);
measure();
rows.forEach((_, i) => { sums[i] = scan(i); });
overall();
const start = heads.findIndex(h => h.dataset.lesson === grid.dataset.now), [asked, column] = find(location.hash.slice(1));
move(Math.max(0, asked), column < 0 ? Math.max(0, start) : column);
document.documentElement.dataset.ready = '1';
queue.load().then(ops => {
  for (const op of ops) {
    if (op.field) continue;
    const [i, j] = find(`${op.student}:${op.lesson}`);
    if (i >= 0 && j >= 0) { waiting.set(`${op.student}:${op.lesson}`, op.id); paint(i, j, op.value, 'queued'); }
  }
  return queue.flush();
});
