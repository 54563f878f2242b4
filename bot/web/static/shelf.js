// Photos, voices and files on their way out: kept on the phone until the server has them.
const shelf = (function () {
  'use strict';

  const unstored = {}; // what could not be stored stays as long as the page is open

  const opening = new Promise((done) => {
    try {
      const asked = indexedDB.open('chat', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('leaving');
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => done(null);
    } catch (error) {
      done(null); // storage is forbidden here
    }
  });

  // What one request gave, in a list; null where nothing can be stored.
  async function run(mode, ask) {
    const store = await opening;
    return store && new Promise((done) => {
      try {
        const work = store.transaction('leaving', mode);
        const asked = ask(work.objectStore('leaving'));
        work.oncomplete = () => done([asked.result]);
        work.onerror = work.onabort = () => done(null);
      } catch (error) {
        done(null);
      }
    });
  }

  return {
    // Its bytes, not the file: that may be gone before the network is back.
    async put(id, blob) {
      const bytes = await new Response(blob).arrayBuffer();
      if (!await run('readwrite', (leaving) => leaving.put(bytes, id))) unstored[id] = bytes;
    },
    async get(id) {
      const [stored] = await run('readonly', (leaving) => leaving.get(id)) || [];
      return stored || unstored[id];
    },
    async drop(id) {
      delete unstored[id];
      await run('readwrite', (leaving) => leaving.delete(id));
    },
  };
}());
