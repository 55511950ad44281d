// After a while without a hand on it the page is covered, and what was typed stays under the cover.
const { idle, title, label, go } = document.getElementById('lock').dataset;
let timer, dialog;
const wait = () => { if (!dialog) { clearTimeout(timer); timer = setTimeout(cover, idle * 60000); } };
function cover() {
  const form = document.createElement('form'), head = document.createElement('h2'), name = document.createElement('label');
  const field = document.createElement('input'), error = document.createElement('p'), button = document.createElement('button');
  dialog = document.createElement('dialog'); dialog.className = 'lock';
  head.textContent = title; name.textContent = label; name.htmlFor = 'lock-password';
  Object.assign(field, { id: 'lock-password', type: 'password', autocomplete: 'current-password', className: 'field', required: true });
  error.className = 'error'; error.setAttribute('role', 'alert'); button.className = 'btn pri'; button.textContent = go;
  form.append(head, name, field, error, button); dialog.append(form); document.body.append(dialog);
  dialog.addEventListener('cancel', e => e.preventDefault());
  form.addEventListener('submit', async e => {
    e.preventDefault();
    try {
      const answer = await fetch('/unlock', {
        method: 'POST', credentials: 'same-origin', body: new URLSearchParams({ unlock_password: field.value }),
        headers: { Accept: 'application/json', 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content },
      });
      if (answer.ok) { dialog.remove(); dialog = null; dispatchEvent(new Event('online')); return wait(); }
      if (answer.status !== 422) { location.reload(); return; }
      error.textContent = (await answer.json()).error; field.select();
    } catch (failed) { error.textContent = failed.message; }
  });
  dialog.showModal();
}
for (const kind of ['keydown', 'pointerdown', 'pointermove', 'scroll']) addEventListener(kind, wait, { passive: true, capture: true });
wait();
