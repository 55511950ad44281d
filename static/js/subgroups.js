// Counts of the subgroups while they are being split, and even parts by alphabet in one press.
const table = document.getElementById('groups'), rows = [...table.tBodies[0].rows], halves = document.getElementById('halves');
const groups = [...table.querySelectorAll('[data-count]')].map(chip => chip.dataset.count);
const count = () => groups.forEach(id => {
  const value = id === '0' ? '' : id;
  table.querySelector(`[data-count="${id}"]`).textContent = table.querySelectorAll(`input[value="${value}"]:checked`).length;
});
table.addEventListener('change', count);
if (halves) {
  halves.hidden = false;
  halves.addEventListener('click', () => {
    const own = groups.filter(id => id !== '0'), size = rows.length / own.length;
    rows.forEach((row, n) => { row.querySelector(`input[value="${own[Math.min(own.length - 1, Math.floor(n / size))]}"]`).checked = true; });
    count();
  });
}
