// The roll-call: a tap on a name makes the student absent, one more brings them back; who was marked absent was called.
const roll = document.getElementById('roll'), taken = document.getElementById('attendance_taken');
roll.addEventListener('click', e => {
  const who = e.target.closest('.who');
  if (!who) return;
  const choices = [...who.parentNode.querySelectorAll('[type=radio]')];
  const to = choices[0].checked ? choices[1] : choices[0];
  to.checked = true;
  to.dispatchEvent(new Event('change', { bubbles: true }));
});
roll.addEventListener('change', e => {
  if (e.target.type !== 'radio') return;
  e.target.closest('li').classList.toggle('away', e.target.value !== '' && !e.target.classList.contains('late'));
  if (e.target.value) taken.checked = true;
});
for (const one of roll.querySelectorAll('[type=radio]:checked:not(.late)')) if (one.value) one.closest('li').classList.add('away');
let dirty = false;
document.addEventListener('input', () => { dirty = true; });
document.addEventListener('submit', () => { dirty = false; });
addEventListener('beforeunload', e => { if (dirty) e.preventDefault(); });
