// A running job: the bar moves, and the page turns to the result by itself.
const job = document.getElementById('job'), bar = document.getElementById('bar'), left = document.getElementById('job-left');
const words = job.dataset;
const span = s => s < 90 ? `${s} ${words.seconds}` : `${Math.round(s / 60)} ${words.minutes}`;
async function look() {
  try {
    const facts = await (await fetch(words.state, { headers: { Accept: 'application/json' } })).json();
    if (facts.address) return location.replace(facts.address);
    if (facts.state !== 'waiting' && facts.state !== 'running') return location.reload();
    if (facts.state === 'running') document.getElementById('job-state').textContent = words.running;
    if (facts.total) { bar.max = facts.total; bar.value = facts.done; }
    if (facts.best !== null && facts.best >= 0) document.getElementById('job-best').textContent = words.best.replace('{}', facts.best);
    if (facts.left !== null && facts.done > 0) left.textContent = words.left.replace('{}', span(facts.left));
  } catch { /* the next look tries again */ }
  setTimeout(look, 700);
}
look();
