// On every page of the staff: values that wait from before are counted and sent, and nobody signs out before they are.
const chip = document.getElementById('waiting'), account = chip.dataset.account;
const count = () => +(localStorage.getItem(`waiting:${account}`) || 0);
function show(state) {
  chip.hidden = !count();
  chip.textContent = `${state === 'signin' ? chip.dataset.signin : chip.dataset.text} ${count()}`;
}
if (count()) {
  show();
  import('./queue.js').then(({ Queue }) => {
    const queue = new Queue('', account, document.querySelector('meta[name=csrf-token]').content, () => {}, ({ state }) => show(state));
    queue.load().then(() => queue.flush());
  });
}
addEventListener('storage', () => show());
addEventListener('submit', e => {
  if (!e.target.matches('[data-logout]') || !count()) return;
  e.preventDefault();
  show();
  chip.textContent += `. ${chip.dataset.refuse}`;
});
