// The page without a line: counts what waits in this browser, whosever it is, and comes back when the line does.
const asked = indexedDB.open('journal', 1);
asked.onupgradeneeded = () => asked.result.createObjectStore('ops', { keyPath: 'n', autoIncrement: true });
asked.onsuccess = () => {
  const count = asked.result.transaction('ops').objectStore('ops').count();
  count.onsuccess = () => { document.getElementById('count').textContent = count.result; };
};
document.getElementById('again').addEventListener('click', () => location.reload());
// The line may be there and the server not: the page comes back when the server answers.
const look = () => fetch('/healthz', { cache: 'no-store' }).then(answer => { if (answer.ok) location.reload(); }).catch(() => {});
addEventListener('online', look);
setInterval(look, 3000);
