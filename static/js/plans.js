// The table of a plan: each row saved by itself, keys as in a spreadsheet.
const form = document.getElementById('plan'), sync = document.getElementById('sync');
const words = JSON.parse(form.dataset.words), token = document.querySelector('meta[name=csrf-token]').content;
const fields = ['section', 'topic', 'hours', 'work_type_id', 'homework'];
const rows = [...form.querySelectorAll('tbody tr')];
const idOf = row => row.id.slice(1);
const input = (row, name) => row.querySelector(`[name="${name}-${idOf(row)}"]`);
const waiting = new Map();
let busy = 0;
document.getElementById('save').hidden = true;

function tell(text, bad = false) { sync.textContent = text; sync.dataset.s = bad ? 'off' : busy ? 'wait' : 'ok'; }
function total() {
  const sum = rows.reduce((all, row) => all + (+input(row, 'hours').value || 0), 0);
  document.getElementById('hours').textContent = sum;
}
// One request a row at a time: the next one carries the version that the first one gave.
function save(row) {
  const going = (waiting.get(row) || Promise.resolve()).then(() => send(row));
  waiting.set(row, going);
}
async function send(row) {
  const version = input(row, 'version'), error = document.getElementById(`e${idOf(row)}`);
  const body = { version: +version.value, ...Object.fromEntries(fields.map(name => [name, input(row, name).value])) };
  busy++; tell(words.saving);
  let answer;
  try {
    const got = await fetch(form.dataset.rows.replace(/0$/, idOf(row)), {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token, Accept: 'application/json' }, body: JSON.stringify(body),
    });
    if (!got.ok) throw got.status;
    answer = await got.json();
  } catch {
    busy--; row.dataset.unsaved = '1';
    document.getElementById('save').hidden = false;
    return tell(words.offline, true);
  }
  busy--; delete row.dataset.unsaved;
  if (answer.version) version.value = answer.version;
  if (answer.state === 'conflict') for (const name of fields) input(row, name).value = answer[name] ?? '';
  error.textContent = answer.message || ''; error.hidden = !answer.message;
  input(row, 'topic').setAttribute('aria-invalid', String(answer.state === 'error'));
  tell(answer.message || words.saved, !!answer.message);
  total();
}
form.addEventListener('change', e => { const row = e.target.closest('tr'); if (row) save(row); });
addEventListener('online', () => rows.filter(row => row.dataset.unsaved).forEach(save));
addEventListener('beforeunload', e => { if (busy || rows.some(row => row.dataset.unsaved)) e.preventDefault(); });
form.addEventListener('keydown', e => {
  const row = e.target.closest('tbody tr');
  if (!row) return;
  const press = act => { e.preventDefault(); e.target.blur(); Promise.all(waiting.values()).then(() => row.querySelector(`[value=${act}]`).click()); };
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) return press('insert');
  if (e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) return press(e.key === 'ArrowUp' ? 'up' : 'down');
  const step = { Enter: e.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!step || (e.target.tagName === 'SELECT' && e.key !== 'Enter') || e.target.tagName === 'BUTTON') return;
  e.preventDefault();
  const next = rows[rows.indexOf(row) + step];
  if (next) { const field = input(next, e.target.name.split('-')[0]); field.focus(); if (field.select) field.select(); }
});
const place = document.querySelector('tr:target');
if (place) input(place, 'topic').select();
