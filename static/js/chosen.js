// A box in the head of a table that chooses every row.
for (const all of document.querySelectorAll('input[data-all]')) {
  all.addEventListener('change', () => {
    for (const one of document.querySelectorAll(`input[name="${all.dataset.all}"]:not(:disabled)`)) one.checked = all.checked;
  });
}
