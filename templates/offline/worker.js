// Answers a page that can't be fetched with the one that says so. Of pages with personal data only a family's last week of
// the diary is kept, where the server allows it, and it goes with the sign-out or when the session has ended.
const CACHE = 'journal-{{ asset('js/offline.js')[-8:] }}-{{ asset('css/base.css')[-8:] }}-{{ asset('css/diary.css')[-8:] }}';
const DIARY = 'diary', WEEK = '/diary/kept';
const KEPT = ['/offline', '{{ asset('css/base.css') }}', '{{ asset('css/diary.css') }}', '{{ asset('icons.svg') }}', '{{ asset('js/offline.js') }}'];

addEventListener('install', event => event.waitUntil(caches.open(CACHE).then(cache => Promise.all(KEPT.map(address =>
  fetch(new Request(address, { credentials: 'omit', cache: 'reload' })).then(answer => cache.put(address, answer))))).then(() => skipWaiting())));
addEventListener('activate', event => event.waitUntil(caches.keys().then(names => Promise.all(
  names.filter(name => name.startsWith('journal-') && name !== CACHE).map(name => caches.delete(name)))).then(() => clients.claim())));

async function open(request, address) {
  try {
    const answer = await fetch(request);
    if (answer.headers.get('X-Keep') === 'diary') { const copy = answer.clone(); await (await caches.open(DIARY)).put(WEEK, copy); }
    else if (address.pathname === '/login') await caches.delete(DIARY);
    return answer;
  } catch {
    const week = address.pathname === '/' || address.pathname.startsWith('/diary/') ? await caches.match(WEEK) : null;
    if (!week) return caches.match('/offline');
    const text = await week.text();
    return new Response(text.replace('<html ', '<html data-kept '), { headers: week.headers });
  }
}

addEventListener('fetch', event => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (address.pathname === '/logout') event.waitUntil(caches.delete(DIARY));
  else if (request.mode === 'navigate' && request.method === 'GET') event.respondWith(open(request, address));
  else if (KEPT.includes(address.pathname + address.search)) event.respondWith(caches.match(request).then(kept => kept || fetch(request)));
});
