/**
 * The proof of work before a public form: PBKDF2 by the browser's own cryptography, in ALTCHA's second form.
 * No worker from a blob and no style of its own, so that the page's policy holds. Without it a form goes all the same.
 */

const field = document.querySelector("[data-proof]");
if (field && window.crypto?.subtle) prove(field);

function prove(field) {
  let solving = null;
  const solve = () => (solving ??= solution(JSON.parse(field.dataset.proof)).then((proof) => (field.value = proof)));
  field.form.addEventListener("focusin", solve, { once: true });
  field.form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    const go = () => field.form.submit();
    solve().then(go, go);
  });
}

async function solution(challenge) {
  const { nonce, salt, cost, keyLength, keyPrefix, algorithm } = challenge.parameters;
  const hash = algorithm.split("/")[1];
  const began = performance.now();
  const password = new Uint8Array(nonce.length / 2 + 4);
  password.set(bytes(nonce));
  const end = new DataView(password.buffer, nonce.length / 2);
  for (let counter = 0; ; counter += 1) {
    end.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const rule = { name: "PBKDF2", salt: bytes(salt), iterations: cost, hash };
    const derivedKey = hex(await crypto.subtle.deriveBits(rule, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) {
      const time = performance.now() - began;
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey, time } }));
    }
  }
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
}
