// The code of the slip stands after # in the address: it is never sent until the form is.
const field = document.getElementById('code');
if (location.hash.length > 8 && !field.value) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  document.getElementById('password').focus();
}
