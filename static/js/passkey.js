// Passkeys: making one and proving one. The server speaks JSON with base64url where the browser wants bytes.
const error = document.getElementById('passkey-error');
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const post = (url, body) => fetch(url, {
  method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content },
});
const said = message => { error.textContent = message; error.hidden = false; };
const told = key => ({ id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults() });

async function go(box, act) {
  error.hidden = true;
  try {
    const asked = await post(box.dataset.make || box.dataset.passkey, {});
    if (asked.status === 401) { location.href = `/unlock?why=danger&next=${encodeURIComponent(location.pathname)}`; return; }
    if (!asked.ok) throw new Error(asked.status);
    const answer = await post(asked.url, await act(await asked.json()));
    if (!answer.ok) throw new Error(answer.status);
    location.href = (await answer.json()).next;
  } catch { said(box.dataset.failed); }
}
const maker = document.querySelector('[data-make]'), prover = document.querySelector('[data-passkey]');
if (maker) maker.querySelector('button').addEventListener('click', () => {
  if (!window.PublicKeyCredential) return said(maker.dataset.none);
  go(maker, async options => {
    options.challenge = bytes(options.challenge); options.user.id = bytes(options.user.id);
    for (const one of options.excludeCredentials || []) one.id = bytes(one.id);
    const key = await navigator.credentials.create({ publicKey: options });
    return { answer: { ...told(key), response: { attestationObject: text(key.response.attestationObject), clientDataJSON: text(key.response.clientDataJSON) } } };
  });
});
if (prover) prover.querySelector('button').addEventListener('click', () => go(prover, async options => {
  options.challenge = bytes(options.challenge);
  for (const one of options.allowCredentials || []) one.id = bytes(one.id);
  const key = await navigator.credentials.get({ publicKey: options }), r = key.response;
  return {
    remember: document.getElementById('remember').checked, next: prover.dataset.next,
    answer: { ...told(key), response: { authenticatorData: text(r.authenticatorData), clientDataJSON: text(r.clientDataJSON), signature: text(r.signature), userHandle: r.userHandle ? text(r.userHandle) : null } },
  };
}));
