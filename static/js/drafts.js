// What was typed into a form and not saved outlives the end of the session, in this tab and for this person: it is offered again.
const form = document.querySelector('form[data-kept]');
const name = form && `draft ${form.dataset.kept} ${location.pathname}${location.search}`;
const note = document.querySelector('[data-draft]');

const fields = () => [...form.elements].filter(f => f.name && f.name !== 'csrf_token' && !f.name.endsWith('version_seen') && !['password', 'submit', 'button', 'file'].includes(f.type));
const value = f => (f.type === 'checkbox' || f.type === 'radio' ? f.checked : f.value);
const put = (f, v) => { if (typeof v === 'boolean') f.checked = v; else f.value = v; };
const typed = () => fields().map(f => [f.name, value(f)]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// A page that tells of success has no use for what was sent before it.
if (document.querySelector('.note.ok')) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('draft ') && JSON.parse(sessionStorage[key]).sent) sessionStorage.removeItem(key);
}

if (form) {
  const drawn = typed();
  const kept = sessionStorage[name] && JSON.parse(sessionStorage[name]);
  if (kept && !same(kept.values, drawn) && kept.values.length === drawn.length) note.hidden = false;
  const keep = sent => (same(typed(), drawn) && !sent ? sessionStorage.removeItem(name) : (sessionStorage[name] = JSON.stringify({ values: typed(), sent })));
  form.addEventListener('input', () => keep(false));
  form.addEventListener('change', () => keep(false));
  form.addEventListener('submit', () => keep(true));
  note.querySelector('[name=again]').addEventListener('click', () => { fields().forEach((f, i) => { if (f.name === kept.values[i][0]) put(f, kept.values[i][1]); }); note.hidden = true; fields()[0]?.focus(); });
  note.querySelector('[name=away]').addEventListener('click', () => { sessionStorage.removeItem(name); note.hidden = true; });
}
