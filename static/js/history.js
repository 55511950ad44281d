// The history of a cell in a dialog; the server makes the text, and the same address is a page without a script.
export async function show(url, back) {
  const dialog = document.createElement('dialog');
  dialog.className = 'sheet-dialog';
  dialog.setAttribute('aria-labelledby', 'history-title');
  try {
    const answer = await fetch(url, { headers: { 'X-Requested-With': 'fetch' } });
    if (!answer.ok || answer.redirected) { location.href = url.replace('&part=1', ''); return; }
    dialog.innerHTML = await answer.text();
  } catch { back(); return; }
  document.body.append(dialog);
  dialog.addEventListener('click', e => { if (e.target === dialog || e.target.closest('[data-close]')) dialog.close(); });
  dialog.addEventListener('close', () => { dialog.remove(); back(); });
  dialog.showModal();
}
