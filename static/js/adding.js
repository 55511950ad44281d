// A related row is made in a dialog over the form that points at it. Without this script a page between does the same.
const form = document.querySelector('form[data-kept]');

const ask = data => fetch(location.href, { method: 'POST', body: data, headers: { 'X-CSRFToken': form.csrf_token.value } });

async function open(button) {
  const data = new FormData(form);
  data.set('add', button.value); data.set('part', '1');
  const answer = await ask(data);
  if (!answer.headers.has('X-Part')) return form.requestSubmit(button);
  const dialog = document.createElement('dialog');
  dialog.className = 'adding'; dialog.setAttribute('aria-labelledby', 'adding-title');
  document.body.append(dialog);
  dialog.addEventListener('close', () => { dialog.remove(); (document.getElementById(dialog.returnValue) || button).focus(); });
  draw(dialog, await answer.text());
  dialog.showModal();
}

function draw(dialog, html) {
  dialog.innerHTML = html;
  document.dispatchEvent(new CustomEvent('lookups', { detail: dialog }));
  const inner = dialog.querySelector('form');
  inner.elements.unadd.addEventListener('click', () => dialog.close());
  inner.addEventListener('submit', e => { e.preventDefault(); keep(dialog, inner); });
  (inner.querySelector('[aria-invalid]') || inner.querySelector('.field'))?.focus();
}

async function keep(dialog, inner) {
  const data = new FormData(form);
  new FormData(inner).forEach((value, name) => name === 'csrf_token' || data.append(name, value));
  data.set('part', '1');
  const answer = await ask(data);
  if (answer.headers.has('X-Part')) return draw(dialog, await answer.text());
  if (!answer.ok || !answer.headers.get('Content-Type').startsWith('application/json')) return location.reload();
  const { id, title } = await answer.json(), name = inner.elements.adding.value;
  put([...form.elements].filter(field => field.name === name), id, title);
  document.getElementById(name).dispatchEvent(new Event('change', { bubbles: true }));
  dialog.close(name);
}

// A short list takes one more entry; a field by typing has the id beside the title.
function put([first, second], id, title) {
  if (first instanceof HTMLSelectElement) { first.add(new Option(title, id)); first.value = id; } else { first.value = id; second.value = title; }
}

form?.addEventListener('click', e => {
  const button = e.target.closest('button[name=add]');
  if (button) { e.preventDefault(); open(button); }
});
