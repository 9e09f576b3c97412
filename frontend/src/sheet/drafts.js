/** Drafts in the browser's own database: what is typed survives a closed window and a lost connection. */

const STORE = "drafts";

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("tici-sheets", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opening;
}

async function run(mode, work) {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  const asked = work(store);
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** The cells kept for a grid: [row id, column code, text] each; a browser that forbids keeping has none. */
export async function draftOf(key) {
  try {
    return (await run("readonly", (store) => store.get(key))) ?? [];
  } catch {
    return [];
  }
}

/** Keep the unsaved cells of a grid, or forget the draft when there are none; tells whether they are kept. */
export async function keepDraft(key, cells) {
  try {
    await run("readwrite", (store) => (cells.length ? store.put(cells, key) : store.delete(key)));
    return true;
  } catch {
    return false;
  }
}
