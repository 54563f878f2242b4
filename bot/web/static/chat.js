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
  const PHOTO_REFUSED = {
    400: 'Ảnh này cháu chưa gửi được, bác gửi lại giúp cháu ạ',
    413: 'Ảnh này nặng quá, bác chọn ảnh khác giúp cháu ạ',
  };
  const YOUR_PHOTO = 'Ảnh bác gửi';
  const LARGEST_PHOTO = 3 * 1024 * 1024; // what the server takes
  const KEPT = 50; // own messages kept on the phone
  const REPLAYED = 30; // bot messages the server repeats to a page that has just opened

  const $ = (id) => document.getElementById(id);
  const [talk, log, dots, field, more, banner] = ['talk', 'log', 'dots', 'field', 'more', 'banner'].map($);
  const root = document.documentElement;
  const make = (template) => $(template).content.firstElementChild.cloneNode(true);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  const pace = () => (settled && !calm.matches ? 'smooth' : 'auto');

  // ---- what the phone remembers ----
  const unstored = {}; // what did not fit, or all of it where storage is forbidden

  function recall(name, otherwise) {
    if (name in unstored) return unstored[name];
    try {
      const kept = localStorage.getItem('chat.' + name);
      return kept === null ? otherwise : JSON.parse(kept);
    } catch (error) {
      return otherwise;
    }
  }

  function keep(name, value) {
    try {
      localStorage.setItem('chat.' + name, JSON.stringify(value));
      delete unstored[name];
    } catch (error) {
      unstored[name] = value;
    }
  }

  function forget(name) {
    delete unstored[name];
    try { localStorage.removeItem('chat.' + name); } catch (error) { /* nothing was stored */ }
  }

  // Read anew each time, because a second tab may be sending from the same list.
  const mine = () => recall('own', []);
  const isWaiting = (entry) => entry.state === 'waiting';

  function remember(entry) {
    const list = mine();
    let spare = list.length + 1 - KEPT;
    keep('own', list.filter((kept) => isWaiting(kept) || spare-- <= 0).concat(entry));
  }

  function mark(entry, state, note) {
    const others = (kept) => !(entry.hidden && kept.id === entry.id);
    keep('own', mine().filter(others).map((kept) => (kept.id === entry.id ? { ...kept, state, note } : kept)));
    showState(entry.id);
    showChoices();
  }

  // ---- drawing ----
  const seen = new Set();
  let newest = 0; // highest bot message on this page
  let last = recall('last', 0); // highest bot message this phone ever showed
  let settled = false; // the replay is over: what comes now is news
  let reading = null; // the first bubble of the answer being read
  let patience;

  const ownBubble = (id) => log.querySelector('[data-own="' + id + '"]');

  function drawOwn(entry) {
    const node = make('own');
    node.dataset.key = entry.after;
    node.dataset.own = entry.id;
    node.querySelector('.words').textContent = entry.label || entry.text;
    if (entry.thumb) addPicture(node, entry.thumb, YOUR_PHOTO);
    log.appendChild(node);
    // Most messages are through before this; the word should not flicker on each of them.
    setTimeout(showState, entry.note ? 0 : 700, entry.id);
  }

  function showState(id) {
    const node = ownBubble(id);
    const entry = mine().find((kept) => kept.id === id);
    if (!node || !entry) return;
    const state = node.querySelector('.state');
    state.textContent = isWaiting(entry) ? SENDING : entry.note || '';
    state.hidden = !state.textContent;
    node.classList.toggle('refused', entry.state === 'refused');
    if (!state.hidden && !reading) follow();
  }

  function addPicture(node, address, alt) {
    const picture = document.createElement('img');
    picture.className = 'picture';
    picture.alt = alt;
    picture.onload = () => (atEnd ? follow() : showMore());
    picture.onerror = () => picture.remove(); // it may have been deleted since
    picture.src = address;
    node.querySelector('.bubble').insertBefore(picture, node.querySelector('.words'));
  }

  function addFile(node, file) {
    const link = document.createElement('a');
    link.className = 'file';
    link.href = file.address;
    link.download = file.name;
    link.textContent = 'Tải về: ' + file.name;
    node.querySelector('.bubble').appendChild(link);
  }

  function addVoice(node, file) {
    const player = document.createElement('audio');
    player.className = 'voice';
    player.controls = true;
    player.preload = 'none';
    player.setAttribute('aria-label', 'Lời nói gửi kèm');
    // A phone that cannot play it here may still have a program that can.
    player.onerror = () => { if (player.parentNode) { player.remove(); addFile(node, file); } };
    player.src = file.address;
    node.querySelector('.bubble').appendChild(player);
  }

  function drawBot(message) {
    const node = make('bot');
    node.dataset.key = message.id;
    if (message.picture) addPicture(node, message.picture, 'Hình kèm theo lời bên dưới');
    // A helper's number, the way to the boards and to what is printed are one tap away; any other
    // address stays words: what somebody wrote must not lead anywhere.
    const tapped = /(https?:\/\/[^/\s]+\/(?:trang\/vao|sheets)\/[\w-]+|\b0[235789](?:[ .]?\d){8,9}\b)/;
    message.text.split(tapped).forEach((part, place) => {
      const piece = document.createElement(place % 2 ? 'a' : 'span');
      piece.textContent = part;
      if (place % 2 && part.startsWith('http')) {
        piece.href = part.replace(/^https?:\/\/[^/]+/, ''); // on this very site, whatever it says
        piece.className = 'way';
        piece.target = '_blank';
      } else if (place % 2) piece.href = 'tel:' + part.replace(/\D/g, '');
      node.querySelector('.words').appendChild(piece);
    });
    if (message.document) (message.document.voice ? addVoice : addFile)(node, message.document);
    node.querySelector('.voiceless').hidden = !message.aloud;
    const button = node.querySelector('.listen');
    button.addEventListener('click', () => speak(button, message));
    // Own words written after message 7 carry the key 7, so a replayed 7 goes before them.
    const later = Array.from(log.children).find((child) => Number(child.dataset.key) >= message.id);
    log.insertBefore(node, later || null);
    return node;
  }

  // A long answer is shown from its first line; "Kéo xuống" leads on to its buttons. After a few words
  // the question matters more: it is shown to its last button, or else from its own first line.
  function start() {
    const first = reading.offsetTop - 10;
    const asked = question ? question.node.offsetTop - 10 : first;
    if (asked - first > talk.clientHeight / 2) return first;
    return Math.max(first, Math.min(asked, talk.scrollHeight - talk.clientHeight));
  }

  function follow() {
    talk.scrollTo({ top: reading ? start() : talk.scrollHeight, behavior: pace() });
    showMore();
  }

  const below = () => talk.scrollHeight - talk.clientHeight - talk.scrollTop;
  function showMore() { more.hidden = below() < 60; }

  function showBanner() {
    banner.textContent = failing ? WEAK_SENDING : down ? WEAK_LISTENING : '';
    banner.hidden = !banner.textContent;
  }

  function awaiting(on) {
    clearTimeout(patience);
    dots.hidden = !on;
    if (!on) return;
    // No answer may also mean a connection that died silently: a new one repeats what was missed.
    patience = setTimeout(() => { awaiting(false); listen(); }, 10000);
    if (!reading) follow();
  }

  // ---- choices ----
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
        talk.focus({ preventScroll: true }); // the button is about to vanish
        say({ tap: choice.payload, label: choice.label });
      });
      box.appendChild(button);
    });
    question.node.appendChild(box);
    follow();
  }

  // ---- reading aloud ----
  const speech = window.speechSynthesis;
  let speaking = null;
  let spoken = []; // held here, because Chrome drops a speech whose utterances were collected

  const voice = () => speech && speech.getVoices().find((each) => /^vi([-_]|$)/i.test(each.lang));
  function showVoice() { root.classList.toggle('has-voice', Boolean(voice())); }

  function setSpeaking(button) {
    spoken = [];
    if (speech) speech.cancel();
    [speaking, button].filter(Boolean).forEach((each) => {
      each.querySelector('span').textContent = each === button ? 'Dừng' : 'Nghe';
      each.classList.toggle('speaking', each === button);
    });
    speaking = button;
  }

  function speak(button, message) {
    if (button === speaking || !voice()) return setSpeaking(null);
    setSpeaking(button);
    const choices = message.choices.map((each) => 'Số ' + each.digit + ', ' + each.label);
    const pictures = /[\ud83c-\ud83e][\udc00-\udfff]|[\u2600-\u27bf\ufe0f]/g; // else read by their names
    // Line by line: Chrome falls silent in the middle of one long text.
    const lines = message.text.split('\n').concat(choices).map((line) => line.replace(pictures, '').trim());
    spoken = lines.filter(Boolean).map((line) => {
      const utterance = new SpeechSynthesisUtterance(line);
      utterance.voice = voice();
      utterance.lang = utterance.voice.lang;
      utterance.rate = 0.9;
      return utterance;
    });
    const end = spoken[spoken.length - 1];
    end.onend = end.onerror = () => { if (spoken.includes(end)) setSpeaking(null); };
    spoken.forEach((utterance) => speech.speak(utterance));
  }

  // ---- sending ----
  let delivering = false;
  let failing = false;
  let spoke = false;
  let wake = () => {};

  function newId() {
    const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'));
    return hex.join('').replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-');
  }

  function say(words) {
    const entry = { id: newId(), after: last, state: 'waiting', ...words };
    spoke = true;
    remember(entry);
    setSpeaking(null);
    reading = null;
    if (!entry.hidden) drawOwn(entry);
    showChoices();
    follow();
    deliver();
  }

  async function post({ id, text, tap, photo }) {
    const kept = photo && recall('photo.' + id, '');
    if (photo && !kept) return 400; // the phone had no room to keep it, and the page was closed
    const stop = window.AbortController ? new AbortController() : { abort() {} };
    const timer = setTimeout(() => stop.abort(), photo ? 90000 : 20000);
    try {
      const answer = await fetch(photo ? '/chat/photos?id=' + id : '/chat/events', {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': photo ? 'image/jpeg' : 'application/json' },
        body: photo ? bytesOf(kept) : JSON.stringify({ id, text, tap }), // undefined is left out
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
    let before = newest;
    for (let entry = mine().find(isWaiting); entry; entry = mine().find(isWaiting)) {
      if (!failing) {
        before = newest;
        awaiting(true);
      }
      const status = await post(entry);
      const refused = (entry.photo ? PHOTO_REFUSED : REFUSED)[status];
      failing = status !== 204 && !refused;
      awaiting(status === 204 && newest === before); // the answer may come before the 204 does
      showBanner();
      if (failing) {
        showState(entry.id);
        await new Promise((done) => { wake = done; setTimeout(done, pause * 1000); });
        pause = Math.min(pause * 2, 30);
      } else {
        mark(entry, refused ? 'refused' : 'sent', refused);
        forget('photo.' + entry.id);
        pause = 1;
      }
    }
    delivering = false;
  }

  // ---- photos ----
  // A browser that does not know this draws a photo as the camera lay; the server turns it upright.
  const upright = window.CSS && CSS.supports('image-orientation', 'from-image');

  const bytesOf = (url) => Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));

  function asUrl(file) {
    return new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => done('');
      reader.readAsDataURL(file);
    });
  }

  function decoded(file) {
    return new Promise((done, failed) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = failed;
      image.src = URL.createObjectURL(file);
    });
  }

  function drawn(image, longest, quality) {
    const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    const sheet = document.createElement('canvas');
    sheet.width = Math.max(1, Math.round(image.naturalWidth * scale));
    sheet.height = Math.max(1, Math.round(image.naturalHeight * scale));
    sheet.getContext('2d').drawImage(image, 0, 0, sheet.width, sheet.height);
    const url = sheet.toDataURL('image/jpeg', quality);
    if (url.indexOf('data:image/jpeg') !== 0) throw new Error('nothing was drawn');
    return url;
  }

  // Made small on the phone, so that it goes through a weak network; as it is where that fails.
  async function small(file) {
    try {
      if (!upright) throw new Error('it would lie on its side');
      const image = await decoded(file);
      const both = { whole: drawn(image, 1280, 0.82), thumb: drawn(image, 240, 0.6) };
      URL.revokeObjectURL(image.src);
      return both;
    } catch (error) {
      return { whole: file.size > LARGEST_PHOTO ? '' : await asUrl(file) };
    }
  }

  async function sendPhoto() {
    const file = $('file').files[0];
    if (!file) return;
    const [button, word] = [$('photo'), $('photo').querySelector('span')];
    const asks = word.textContent;
    button.disabled = true;
    word.textContent = 'Đang mở ảnh…';
    const { whole, thumb } = await small(file);
    button.disabled = false;
    word.textContent = asks;
    $('file').value = '';
    const id = newId();
    if (whole) keep('photo.' + id, whole);
    const fate = whole ? {} : { state: 'refused', note: PHOTO_REFUSED[413] };
    say({ id, photo: true, label: YOUR_PHOTO, thumb, ...fate });
  }

  // ---- listening ----
  let source = null;
  let opened = false;
  let down = false;
  let downLater = 0;
  let reopenLater;
  let reopenPause = 1;
  let heardAt = 0;
  let leftAt = 0;

  // A message that changes while it stands there, such as how far something has come.
  function change(message) {
    const old = log.querySelector('.bot[data-key="' + message.id + '"]');
    if (!message.changing || !old) return;
    const node = drawBot(message);
    if (reading === old) reading = node;
    old.remove();
    const asks = message.choices.length && (!question || message.id >= question.id);
    if (asks || (question && question.node === old)) question = { ...message, node };
    showChoices();
  }

  function receive(message) {
    if (seen.has(message.id)) return change(message);
    seen.add(message.id);
    const node = drawBot(message);
    awaiting(false);
    if (!settled || !reading || Date.now() - heardAt > 3000) reading = node;
    heardAt = Date.now();
    newest = Math.max(newest, message.id);
    if (message.choices.length && (!question || message.id > question.id)) question = { ...message, node };
    showChoices();
    follow();
    if (message.id <= last) return;
    keep('last', last = message.id);
    if (message.aloud && voice()) speak(node.querySelector('.listen'), message);
  }

  function settle() {
    settled = true;
    log.removeAttribute('aria-busy');
    if (newest < last) keep('last', last = newest);
    // Own words whose surroundings the server no longer has would stand in the wrong place.
    const from = seen.size < REPLAYED ? 0 : Math.min(...seen);
    const placed = (entry) => isWaiting(entry) || (entry.after >= from && entry.after <= newest);
    mine().filter((entry) => !placed(entry)).map((entry) => ownBubble(entry.id)).forEach((node) => node && node.remove());
    keep('own', mine().filter(placed));
    showChoices();
    if (!newest && !spoke && !mine().some(isWaiting)) say({ text: '/start', hidden: true });
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
      downLater = downLater || setTimeout(() => { down = true; showBanner(); }, 4000);
      if (source.readyState !== EventSource.CLOSED) return;
      // The browser gives up for good on a 502 while the server restarts; the page does not.
      reopenLater = setTimeout(listen, reopenPause * 1000);
      reopenPause = Math.min(reopenPause * 2, 30);
    };
  }

  function comeBack() {
    if (document.hidden) leftAt = Date.now();
    // A phone that slept may hold a connection that looks open and is not.
    else if (source.readyState !== EventSource.OPEN || Date.now() - leftAt > 20000) listen();
    wake();
  }

  // ---- the person's hands ----
  let atEnd = true;

  function setSize(size) {
    root.dataset.size = size;
    keep('size', size);
    fitField();
    follow();
  }

  function fitField() {
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + field.offsetHeight - field.clientHeight + 'px';
  }

  function send(event) {
    event.preventDefault();
    const text = field.value.trim();
    field.value = '';
    fitField();
    if (text) say({ text });
    // On a phone the keyboard would cover the answer and its buttons.
    if (text && window.matchMedia('(pointer: coarse)').matches) field.blur();
    else field.focus();
  }

  $('write').addEventListener('submit', send);
  field.addEventListener('input', fitField);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  });
  $('safety').addEventListener('click', () => say({ text: 'Tôi nghi bị lừa' }));
  $('photo').addEventListener('click', () => $('file').click());
  $('file').addEventListener('change', sendPhoto);
  $('size').addEventListener('click', () => setSize((Number(root.dataset.size) + 1) % 3));
  more.addEventListener('click', () => talk.scrollBy({ top: talk.clientHeight * 0.7, behavior: pace() }));
  talk.addEventListener('scroll', () => { atEnd = below() < 80; showMore(); }, { passive: true });
  window.addEventListener('resize', () => { if (atEnd) talk.scrollTop = talk.scrollHeight; showMore(); });
  window.addEventListener('online', () => { listen(); wake(); });
  window.addEventListener('pagehide', () => setSpeaking(null));
  document.addEventListener('visibilitychange', comeBack);
  if (speech) speech.onvoiceschanged = showVoice;

  // ---- start ----
  $('write').hidden = $('tools').hidden = $('size').hidden = false;
  showVoice();
  mine().forEach((entry) => entry.hidden || drawOwn(entry));
  setSize(recall('size', 0));
  const asked = new URLSearchParams(location.search);
  const code = asked.get('card') || asked.get('start');
  if (code) say({ text: '/start ' + code, hidden: true });
  if (code) history.replaceState(null, '', location.pathname);
  awaiting(true);
  listen();
  deliver();
}());
