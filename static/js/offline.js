// The page without a line: counts what waits in this browser, whosever it is, and comes back when the line does.
const asked = indexedDB.open('journal', 1);
asked.onupgradeneeded = () => asked.result.createObjectStore('ops', { keyPath: 'n', autoIncrement: true });
asked.onsuccess = () => {
  const count = asked.result.transaction('ops').objectStore('ops').count();
  count.onsuccess = () => { document.getElementById('count').textContent = count.result; };
};
const again = () => location.reload();
document.getElementById('again').addEventListener('click', again);
addEventListener('online', again);
