// The chat page. Kept to what a phone of 2018 understands: no ?., no ??, no lookbehind, no build step.
(function () {
  'use strict';

  const SENDING = 'đang gửi…';
  const WEAK_SENDING = 'Mạng đang yếu, cháu vẫn đang gửi giúp bác';
  const WEAK_LISTENING = 'Mạng đang yếu, cháu đang nối lại, bác chờ cháu một chút ạ';
  const REFUSED = {
    400: 'Tin này cháu chưa gửi được, bác nhắn lại giúp cháu ạ',
    413: 'Tin này dài quá, cháu chưa gửi được ạ',
  };
  const KEPT = 50; // own messages kept on the phone
  const REPLAYED = 30; // bot messages the server repeats to a page that has just opened

  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const [talk, log, dots, field, more, banner] = ['talk', 'log', 'dots', 'field', 'more', 'banner'].map($);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

  // ---- what the phone remembers -------------------------------------------------------------

  const memory = {};
  let storing = true;

  function recall(name, otherwise) {
    try {
      const kept = storing ? localStorage.getItem('chat.' + name) : null;
      if (kept !== null) return JSON.parse(kept);
    } catch (error) { /* storage is off, or what is in it is broken */ }
    return name in memory ? memory[name] : otherwise;
  }

  function keep(name, value) {
    memory[name] = value;
    try {
      localStorage.setItem('chat.' + name, JSON.stringify(value));
    } catch (error) {
      storing = false; // full or forbidden: an older copy must not win over what is in memory
    }
  }

  // Read anew each time, because a second tab may be sending from the same list.
  const mine = () => recall('own', []);

  function remember(entry) {
    const list = mine().concat(entry);
    const done = (kept) => kept.state !== 'waiting';
    while (list.length > KEPT && list.some(done)) list.splice(list.findIndex(done), 1);
    keep('own', list);
  }

  function mark(entry, state, note) {
    const same = (kept) => kept.id === entry.id;
    keep('own', mine().filter((kept) => !(entry.hidden && same(kept)))
      .map((kept) => (same(kept) ? { ...kept, state, note } : kept)));
    showState(entry.id);
    showChoices();
  }

  // ---- drawing ------------------------------------------------------------------------------

  const seen = new Set();
  let newest = 0; // highest bot message on this page
  let last = recall('last', 0); // highest bot message this phone ever showed
  let settled = false; // the replay is over: what comes now is news
  let reading = null; // the first bubble of the answer being read
  let heardAt = 0;

  const make = (template) => $(template).content.firstElementChild.cloneNode(true);

  function fillWords(node, text) {
    const phone = /\b(0[235789](?:[ .]?\d){8,9})\b/; // so that help is one tap away
    text.split(phone).forEach((part, place) => {
      const piece = place % 2 ? document.createElement('a') : document.createTextNode(part);
      if (place % 2) {
        piece.href = 'tel:' + part.replace(/\D/g, '');
        piece.textContent = part;
      }
      node.appendChild(piece);
    });
  }

  function drawOwn(entry) {
    const node = make('own');
    node.dataset.key = entry.after;
    node.dataset.own = entry.id;
    node.querySelector('.words').textContent = entry.label || entry.text;
    log.appendChild(node);
    // Most messages are through before this; the word should not flicker on each of them.
    setTimeout(showState, entry.note ? 0 : 700, entry.id);
  }

  function showState(id) {
    const node = log.querySelector('[data-own="' + id + '"]');
    const entry = mine().find((kept) => kept.id === id);
    if (!node || !entry) return;
    const state = node.querySelector('.state');
    state.textContent = entry.state === 'waiting' ? SENDING : entry.note || '';
    state.hidden = !state.textContent;
    node.classList.toggle('refused', entry.state === 'refused');
    if (!state.hidden && !reading) follow();
  }

  function drawBot(message) {
    const node = make('bot');
    node.dataset.key = message.id;
    fillWords(node.querySelector('.words'), message.text);
    const button = node.querySelector('.listen');
    button.addEventListener('click', () => speak(button, message));
    node.querySelector('.voiceless').hidden = !message.aloud;
    // Own words written after message 7 carry the key 7, so a replayed 7 goes before them.
    let next = null;
    for (let child = log.lastElementChild; child && Number(child.dataset.key) >= message.id; child = child.previousElementSibling) next = child;
    log.insertBefore(node, next);
    return node;
  }

  // A long answer is shown from its first line; "Xem tiếp" leads on to its buttons.
  function follow() {
    const top = reading ? reading.offsetTop - 10 : talk.scrollHeight;
    talk.scrollTo({ top, behavior: settled && !calm.matches ? 'smooth' : 'auto' });
    showMore();
  }

  const below = () => talk.scrollHeight - talk.clientHeight - talk.scrollTop;
  function showMore() { more.hidden = below() < 60; }

  function showBanner() {
    banner.textContent = failing ? WEAK_SENDING : down ? WEAK_LISTENING : '';
    banner.hidden = !banner.textContent;
  }

  let patience;
  function awaiting(on) {
    clearTimeout(patience);
    dots.hidden = !on;
    if (!on) return;
    // No answer may also mean a connection that died without saying so: a new one repeats what was missed.
    patience = setTimeout(() => { awaiting(false); listen(); }, 10000);
    if (!reading) follow();
  }

  // ---- choices ------------------------------------------------------------------------------

  let question = null;
  let pressedAt = 0;
  let choicesLater;

  function showChoices() {
    clearTimeout(choicesLater);
    const answers = (entry) => !entry.hidden && entry.state !== 'refused' && entry.after >= question.id;
    const open = question && !mine().some(answers);
    const shown = log.querySelector('.choices');
    if (shown && open && shown.parentNode === question.node) return;
    if (shown) shown.remove();
    if (!open) return;
    // A trembling finger presses twice; the second press must not answer the next question.
    const early = pressedAt + 600 - Date.now();
    if (early > 0) choicesLater = setTimeout(showChoices, early);
    else drawChoices();
  }

  function drawChoices() {
    const box = document.createElement('div');
    box.className = 'choices';
    question.choices.forEach((choice) => {
      const button = make('choice');
      button.querySelector('.digit').textContent = choice.digit;
      button.querySelector('.label').textContent = choice.label;
      button.classList.toggle('quiet', choice.digit === '0');
      button.addEventListener('click', () => {
        pressedAt = Date.now();
        if (button === document.activeElement) talk.focus({ preventScroll: true });
        say({ tap: choice.payload, label: choice.label });
      });
      box.appendChild(button);
    });
    question.node.appendChild(box);
    follow();
  }

  // ---- reading aloud ------------------------------------------------------------------------

  const speech = window.speechSynthesis;
  let speaking = null;
  let spoken = []; // held here, because Chrome stops a speech whose utterances were collected

  const voice = () => speech && speech.getVoices().find((each) => /^vi([-_]|$)/i.test(each.lang));

  function hush() {
    if (speech) speech.cancel();
    if (!speaking) return;
    speaking.classList.remove('speaking');
    speaking.querySelector('span').textContent = 'Nghe';
    speaking = null;
  }

  function speak(button, message) {
    const stopping = button === speaking;
    hush();
    if (stopping || !voice()) return;
    speaking = button;
    button.classList.add('speaking');
    button.querySelector('span').textContent = 'Dừng';
    const live = question && question.id === message.id && question.node.querySelector('.choices');
    // Line by line: Chrome falls silent in the middle of one long text.
    const lines = message.text.split('\n').concat(live ? question.choices.map((each) => 'Số ' + each.digit + ', ' + each.label) : []);
    const pictures = /[\ud83c-\ud83e][\udc00-\udfff]|[\u2600-\u27bf\ufe0f]/g; // read out as "mặt cười…"
    spoken = lines.map((line) => line.replace(pictures, '').trim()).filter(Boolean).map((line) => {
      const utterance = new SpeechSynthesisUtterance(line);
      utterance.voice = voice();
      utterance.lang = utterance.voice.lang;
      utterance.rate = 0.9;
      utterance.onerror = () => { if (speaking === button && spoken.includes(utterance)) hush(); };
      return utterance;
    });
    const end = spoken[spoken.length - 1];
    if (end) end.onend = () => { if (speaking === button && spoken.includes(end)) hush(); };
    else hush();
    spoken.forEach((utterance) => speech.speak(utterance));
  }

  function showVoice() { root.classList.toggle('has-voice', Boolean(voice())); }

  // ---- sending ------------------------------------------------------------------------------

  let delivering = false;
  let failing = false;
  let spoke = false;
  let wake = () => {};

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  function say(words) {
    const entry = { id: newId(), after: last, state: 'waiting', ...words };
    spoke = true;
    remember(entry);
    hush();
    reading = null;
    if (!entry.hidden) drawOwn(entry);
    showChoices();
    follow();
    deliver();
  }

  async function post(entry) {
    const stop = window.AbortController ? new AbortController() : {};
    const timer = setTimeout(() => { if (stop.abort) stop.abort(); }, 20000);
    try {
      const answer = await fetch('/chat/events', {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(entry.tap === undefined ? { id: entry.id, text: entry.text } : { id: entry.id, tap: entry.tap }),
        signal: stop.signal,
      });
      return answer.status;
    } catch (error) {
      return 0;
    } finally {
      clearTimeout(timer);
    }
  }

  // One at a time, in order. Only 204 counts: a Wi-Fi login page answers 200.
  async function deliver() {
    if (delivering) return;
    delivering = true;
    let pause = 1;
    let entry;
    while ((entry = mine().find((kept) => kept.state === 'waiting'))) {
      const before = newest;
      if (!failing) awaiting(true);
      const status = await post(entry);
      const refusal = REFUSED[status];
      failing = status !== 204 && !refusal;
      awaiting(status === 204 && newest === before); // the answer may come before the 204 does
      if (failing) {
        showState(entry.id);
        showBanner();
        await new Promise((done) => { wake = done; setTimeout(done, pause * 1000); });
        pause = Math.min(pause * 2, 30);
      } else {
        mark(entry, refusal ? 'refused' : 'sent', refusal);
        showBanner();
        pause = 1;
      }
    }
    delivering = false;
  }

  // ---- listening ----------------------------------------------------------------------------

  let source = null;
  let opened = false;
  let down = false;
  let downLater = 0;
  let reopenLater;
  let reopenPause = 1;

  function receive(message) {
    if (seen.has(message.id)) return;
    seen.add(message.id);
    const news = message.id > last;
    const node = drawBot(message);
    awaiting(false);
    if (!settled || !reading || Date.now() - heardAt > 3000) reading = node;
    heardAt = Date.now();
    newest = Math.max(newest, message.id);
    if (news) keep('last', last = message.id);
    if (message.choices.length && (!question || message.id > question.id)) question = { id: message.id, choices: message.choices, node };
    showChoices();
    follow();
    if (news && message.aloud && voice()) speak(node.querySelector('.listen'), message);
  }

  function settle() {
    settled = true;
    log.removeAttribute('aria-busy');
    if (newest < last) keep('last', last = newest);
    // Own words whose surroundings the server no longer has would stand in the wrong place.
    const from = seen.size < REPLAYED ? 0 : Math.min(...seen);
    const stale = (entry) => entry.state !== 'waiting' && (entry.after < from || entry.after > newest);
    mine().filter(stale).forEach((entry) => {
      const node = log.querySelector('[data-own="' + entry.id + '"]');
      if (node) node.remove();
    });
    keep('own', mine().filter((entry) => !stale(entry)));
    showChoices();
    if (!newest && !spoke && !delivering) say({ text: '/start', hidden: true });
  }

  function listen() {
    clearTimeout(reopenLater);
    if (source) source.close();
    source = new EventSource('/chat/stream');
    source.onmessage = (event) => receive(JSON.parse(event.data));
    source.onopen = () => {
      clearTimeout(downLater);
      downLater = 0;
      reopenPause = 1;
      down = false;
      showBanner();
      if (!opened) setTimeout(settle, 1200);
      opened = true;
    };
    source.onerror = () => {
      if (!downLater) downLater = setTimeout(() => { down = true; showBanner(); }, 4000);
      if (source.readyState !== EventSource.CLOSED) return;
      // The browser gives up for good on a 502 while the server restarts; the page does not.
      reopenLater = setTimeout(listen, reopenPause * 1000);
      reopenPause = Math.min(reopenPause * 2, 30);
    };
  }

  let leftAt = 0;
  function comeBack() {
    if (document.hidden) {
      leftAt = Date.now();
      return;
    }
    // A phone that slept holds a connection that looks open and is not.
    if (source.readyState !== EventSource.OPEN || Date.now() - leftAt > 20000) listen();
    wake();
  }

  // ---- the person's hands -------------------------------------------------------------------

  let atEnd = true;

  function setSize(size) {
    root.dataset.size = size;
    keep('size', size);
    fitField();
    follow();
  }

  function fitField() {
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + 4 + 'px'; // 4: its borders
  }

  function send(event) {
    event.preventDefault();
    const text = field.value.trim();
    field.value = '';
    fitField();
    if (text) say({ text });
    field.focus();
  }

  $('write').addEventListener('submit', send);
  field.addEventListener('input', fitField);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  });
  $('size').addEventListener('click', () => setSize((Number(root.dataset.size) + 1) % 3));
  more.addEventListener('click', () => talk.scrollBy({ top: talk.clientHeight * 0.8, behavior: calm.matches ? 'auto' : 'smooth' }));
  talk.addEventListener('scroll', () => { atEnd = below() < 80; showMore(); }, { passive: true });
  window.addEventListener('resize', () => { if (atEnd) talk.scrollTop = talk.scrollHeight; showMore(); });
  window.addEventListener('online', () => { listen(); wake(); });
  window.addEventListener('pagehide', hush);
  document.addEventListener('visibilitychange', comeBack);
  if (speech) speech.onvoiceschanged = showVoice;

  // ---- start --------------------------------------------------------------------------------

  $('write').hidden = $('size').hidden = false;
  showVoice();
  mine().forEach((entry) => { if (!entry.hidden) drawOwn(entry); });
  setSize(recall('size', 0));
  awaiting(true);
  const code = new URLSearchParams(location.search).get('start');
  if (code) {
    say({ text: '/start ' + code, hidden: true });
    history.replaceState(null, '', location.pathname);
  }
  listen();
  deliver();
}());
