// A usual text goes into the message; the name of the pupil in its place.
const usual = document.getElementById('usual'), text = document.getElementById('text');
usual.addEventListener('change', () => {
  const words = usual.selectedOptions[0].dataset.text;
  if (!words) return;
  text.value = (text.value.trim() ? `${text.value.trim()}\n\n` : '') + words.replaceAll('{name}', usual.dataset.name);
  text.focus();
});
