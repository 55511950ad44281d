// Operations that wait for the server: kept in IndexedDB, sent in order by one tab at a time, repeated with the same ids.
const STORE = 'ops', BATCH = 60, FIRST_WAIT = 700, LONGEST_HOLD = 4000;

const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open('journal', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'n', autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

const within = (db, mode, act) => new Promise((done, fail) => {
  const work = db.transaction(STORE, mode, mode === 'readwrite' ? { durability: 'strict' } : {});
  const result = act(work.objectStore(STORE));
  work.oncomplete = () => done(result && result.result);
  work.onerror = work.onabort = () => fail(work.error);
});

// Ids are made here; randomUUID exists only behind TLS or on localhost.
export const newId = () => crypto.randomUUID ? crypto.randomUUID()
  : [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');

export class Queue {
  // page: the address to post to; account: whose operations these are; onResult(op, answer); onState({state, count})
  constructor(page, account, token, onResult, onState) {
    Object.assign(this, { page, account, token, onResult, onState });
    this.count = this.adding = this.since = 0; this.state = 'ok'; this.wait = 1000;
    this.db = open();
    // Tabs of one person agree: what one has sent, the others show.
    this.channel = new BroadcastChannel('journal');
    this.channel.onmessage = ({ data }) => {
      if (data.account !== account) return;
      this.recount();
      if (data.op.page === page) onResult(data.op, data.answer);
    };
    addEventListener('online', () => { this.wait = 1000; this.flush(); });
    addEventListener('offline', () => this.tell('offline'));
    addEventListener('pagehide', () => this.flush(true));
  }

  async recount() {
    const all = await within(await this.db, 'readonly', store => store.getAll());
    this.count = all.filter(op => op.account === this.account).length + this.adding;
    if (!this.count) this.state = 'ok';
    this.tell();
  }

  tell(state) {
    if (state) this.state = state;
    if (!!this.count !== this.marked) this.mark();
    this.onState({ state: this.state, count: this.count });
  }

  // Other pages look here whether anything waits, before they open the database.
  mark() {
    this.marked = !!this.count;
    if (this.marked) localStorage.setItem(`waiting:${this.account}`, '1'); else localStorage.removeItem(`waiting:${this.account}`);
  }

  // Was an answer heard after this page was asked for? Then it may have been drawn before that was saved.
  stale() { return localStorage.getItem(`heard:${this.account}`) > performance.timeOrigin; }

  // What this person left here before, on this page.
  async load() {
    const all = await within(await this.db, 'readonly', store => store.getAll());
    const own = all.filter(op => op.account === this.account);
    this.count = own.length;
    if (!navigator.onLine) this.state = 'offline';
    this.tell();
    return own.filter(op => op.page === this.page);
  }

  async add(op) {
    this.count++; this.adding++; this.tell();
    await within(await this.db, 'readwrite', store => store.add({ ...op, page: this.page, account: this.account }));
    this.adding--;
    clearTimeout(this.timer);
    const now = Date.now();
    this.since ||= now;
    this.timer = setTimeout(() => { this.since = 0; this.flush(); }, now - this.since > LONGEST_HOLD ? 0 : FIRST_WAIT);
  }

  // patient: waits for another tab, or a page on its way out, that is sending just now
  flush(leaving = false, patient = leaving) {
    if (!navigator.locks) return this.send(leaving);
    return navigator.locks.request('journal-send', { ifAvailable: !patient }, lock => lock && this.send(leaving));
  }

  async send(leaving) {
    const db = await this.db;
    for (;;) {
      const all = (await within(db, 'readonly', store => store.getAll())).filter(op => op.account === this.account);
      this.count = all.length + this.adding;
      if (!all.length) return this.tell('ok');
      const page = all[0].page, ops = all.filter(op => op.page === page).slice(0, BATCH);
      const answers = await this.post(page, ops, leaving);
      if (!answers) return;
      localStorage.setItem(`heard:${this.account}`, Date.now());
      await within(db, 'readwrite', store => { for (const op of ops) store.delete(op.n); });
      this.count -= ops.length; this.wait = 1000;
      ops.forEach((op, i) => {
        if (page === this.page) this.onResult(op, answers[i]);
        this.channel.postMessage({ account: this.account, op, answer: answers[i] });
      });
      this.tell('ok');
    }
  }

  // The answers, or nothing when the operations have to wait.
  async post(page, ops, leaving) {
    const body = JSON.stringify({ ops: ops.map(({ n, page: _, account, ...op }) => op) });
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': this.token, Accept: 'application/json' };
    try {
      const answer = await fetch(page, { method: 'POST', credentials: 'same-origin', keepalive: leaving, headers, body });
      if (answer.status === 400 || answer.status === 401 || answer.status === 403) { this.tell('signin'); return; }
      if (!answer.ok) return this.later();
      return (await answer.json()).results;
    } catch { return this.later(); }
  }

  later() {
    this.tell('offline');
    clearTimeout(this.again);
    this.again = setTimeout(() => this.flush(), this.wait * (.7 + Math.random() * .6));
    this.wait = Math.min(30000, this.wait * 2);
  }
}
