// On every page of the staff: values that wait from before are counted and sent, and nobody signs out before they are.
const chip = document.getElementById('waiting'), account = chip.dataset.account;
const waits = () => localStorage.getItem(`waiting:${account}`) === '1';
function show({ state, count }) {
  chip.hidden = !count;
  chip.textContent = `${state === 'signin' ? chip.dataset.signin : chip.dataset.text} ${count}`;
}
if (waits()) {
  import('./queue.js').then(({ Queue }) => {
    const queue = new Queue('', account, document.querySelector('meta[name=csrf-token]').content, () => {}, show);
    queue.load().then(() => queue.flush(false, true));
  });
}
// Ctrl+K, or the magnifier: the search comes when it is asked for.
const find = document.getElementById('find');
const search = e => { e.preventDefault(); import(find.dataset.script).then(module => module.open()); };
find?.addEventListener('click', search);
addEventListener('keydown', e => { if (find && (e.ctrlKey || e.metaKey) && e.code === 'KeyK') search(e); });
addEventListener('submit', e => {
  if (!e.target.matches('[data-logout]') || !waits()) return;
  e.preventDefault();
  chip.hidden = false;
  chip.textContent += `. ${chip.dataset.refuse}`;
});
