// A thread that is looked at is read: said once, when the page is really in view.
const form = document.getElementById('read');
const say = () => {
  if (document.visibilityState !== 'visible') return;
  document.removeEventListener('visibilitychange', say);
  fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' }).catch(() => {});
};
document.addEventListener('visibilitychange', say);
say();
