// Answers a page that can't be fetched with the one that says so. No page with personal data is ever kept here.
const CACHE = 'journal-{{ asset('js/offline.js')[-8:] }}-{{ asset('css/base.css')[-8:] }}';
const KEPT = ['/offline', '{{ asset('css/base.css') }}', '{{ asset('js/offline.js') }}'];

addEventListener('install', event => event.waitUntil(caches.open(CACHE).then(cache => Promise.all(KEPT.map(address =>
  fetch(new Request(address, { credentials: 'omit', cache: 'reload' })).then(answer => cache.put(address, answer))))).then(() => skipWaiting())));
addEventListener('activate', event => event.waitUntil(caches.keys().then(names => Promise.all(
  names.filter(name => name.startsWith('journal-') && name !== CACHE).map(name => caches.delete(name)))).then(() => clients.claim())));
addEventListener('fetch', event => {
  const { request } = event, address = new URL(request.url);
  if (request.mode === 'navigate' && request.method === 'GET') event.respondWith(fetch(request).catch(() => caches.match('/offline')));
  else if (KEPT.includes(address.pathname + address.search)) event.respondWith(caches.match(request).then(kept => kept || fetch(request)));
});
