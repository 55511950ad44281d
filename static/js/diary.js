// The diary on a phone: the week seen last can be read without a line; the worker keeps it and wipes it at sign-out.
if (navigator.serviceWorker) navigator.serviceWorker.register('/offline.js');
