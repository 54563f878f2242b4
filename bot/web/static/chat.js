// The chat page. Kept to what a phone of 2018 understands: no ?., no ??, no lookbehind, no build step.
(function () {
  'use strict';

  const SENDING = 'đang gửi…';
  const WEAK_SENDING = 'Mạng đang yếu, cháu vẫn đang gửi giúp bác';
  const WEAK_LISTENING = 'Mạng đang yếu, cháu đang nối lại, bác chờ cháu một chút ạ';
  const NO_VOICE_HERE = 'Câu này bác bấm nút hoặc nhắn chữ giúp cháu ạ. Bấm hình micrô trên bàn phím rồi nói thì máy viết thành chữ.';
  const REFUSED = {
    400: 'Tin này cháu chưa gửi được, bác nhắn lại giúp cháu ạ',
    413: 'Tin này dài quá, cháu chưa gửi được ạ',
  };
  // What goes out beside words, the most that the server takes of it, and what is said when it does not.
  const MEGABYTE = 1024 * 1024;
  const KINDS = {
    photo: {
      way: '/chat/photos',
      type: 'image/jpeg',
      most: 3 * MEGABYTE,
      refused: {
        400: 'Ảnh này cháu chưa gửi được, bác gửi lại giúp cháu ạ',
        413: 'Ảnh này nặng quá, bác chọn ảnh khác giúp cháu ạ',
      },
    },
    voice: {
      way: '/chat/voices',
      type: 'audio/webm',
      most: 5 * MEGABYTE,
      refused: {
        400: 'Tin nói này cháu chưa gửi được, bác nói lại giúp cháu ạ',
        413: 'Tin nói này dài quá, bác nói gọn lại giúp cháu ạ',
        415: 'Máy này ghi âm kiểu cháu chưa nghe được, bác nhắn chữ giúp cháu ạ',
      },
    },
    file: {
      way: '/chat/files',
      type: 'application/octet-stream',
      most: 20 * MEGABYTE,
      refused: {
        400: 'Tệp này cháu chưa gửi được, bác gửi lại giúp cháu ạ',
        413: 'Tệp này nặng quá, cháu chuyển được nhiều nhất 20 MB thôi ạ. Bác gửi tệp nhẹ hơn, hoặc chụp ảnh trang cần đọc giúp cháu nhé',
      },
    },
  };
  const YOUR_PHOTO = 'Ảnh bác gửi';
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
    const told = isWaiting(entry) ? SENDING : entry.note || '';
    state.querySelector('.told').textContent = told;
    state.querySelector('.percent').textContent = isWaiting(entry) ? gone[id] || '' : '';
    state.hidden = !told;
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
  let sentAt = 0;
  let choicesLater;

  // What the question takes beside words; outside any question a voice can be sent to the association.
  const takes = (kind) => Boolean(question) && (question.takes || ['voice']).includes(kind);

  function showChoices() {
    clearTimeout(choicesLater);
    $('paper').hidden = !takes('file');
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

  const gone = {}; // how much of what is going out is gone, as it is shown

  async function post({ id, text, tap, kind, name }) {
    if (!kind) return call('/chat/events', 'application/json', JSON.stringify({ id, text, tap })); // undefined is left out
    const bytes = await shelf.get(id);
    if (!bytes) return 400; // the phone had no room to keep it, and the page was closed
    const { way, type } = KINDS[kind];
    const address = way + '?id=' + id + (name ? '&name=' + encodeURIComponent(name) : '');
    const status = await call(address, type, bytes, (part) => {
      gone[id] = ' ' + Math.floor(part * 100) + '%';
      const shown = ownBubble(id).querySelector('.percent');
      if (shown.textContent) shown.textContent = gone[id];
    });
    delete gone[id];
    return status;
  }

  // The status of what was posted; 0 when it did not get there, or nothing moved for long.
  function call(way, type, body, tell) {
    return new Promise((done) => {
      const asked = new XMLHttpRequest(); // fetch does not tell how much is gone
      let patience;
      const wait = () => {
        clearTimeout(patience);
        patience = setTimeout(() => asked.abort(), tell ? 90000 : 20000);
      };
      asked.open('POST', way);
      asked.setRequestHeader('Content-Type', type);
      if (tell) asked.upload.onprogress = (event) => { wait(); tell(event.loaded / event.total); };
      asked.onloadend = () => { clearTimeout(patience); done(asked.status); };
      wait();
      asked.send(body);
    });
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
      const refused = (entry.kind ? KINDS[entry.kind].refused : REFUSED)[status];
      failing = status !== 204 && !refused;
      awaiting(status === 204 && newest === before); // the answer may come before the 204 does
      showBanner();
      if (failing) {
        showState(entry.id);
        await new Promise((done) => { wake = done; setTimeout(done, pause * 1000); });
        pause = Math.min(pause * 2, 30);
      } else {
        mark(entry, refused ? 'refused' : 'sent', refused);
        if (entry.kind) await shelf.drop(entry.id);
        pause = 1;
      }
    }
    delivering = false;
  }

  // ---- photos, voices, files ----
  // Told at once where it is too large: nobody waits for what will be refused.
  async function sendAlong(kind, content, label, other) {
    const id = newId();
    const fits = content.size <= KINDS[kind].most;
    if (fits) await shelf.put(id, content);
    const fate = fits ? {} : { state: 'refused', note: KINDS[kind].refused[413] };
    say({ id, kind, label, ...other, ...fate });
  }

  async function sendPhoto() {
    const [file] = $('picked-photo').files;
    if (!file) return;
    const [button, word] = [$('photo'), $('photo').querySelector('span')];
    const asks = word.textContent;
    button.disabled = true;
    word.textContent = 'Đang mở ảnh…';
    const { whole, thumb } = await photos.small(file);
    button.disabled = false;
    word.textContent = asks;
    $('picked-photo').value = '';
    sendAlong('photo', whole, YOUR_PHOTO, { thumb });
  }

  async function sendFile() {
    const [file] = $('picked-file').files;
    if (!file) return;
    await sendAlong('file', file, 'Tệp bác gửi: ' + file.name, { name: file.name });
    $('picked-file').value = '';
  }

  function startSpeaking() {
    if (Date.now() - sentAt < 600) return; // the second press of a trembling finger on “Gửi”
    setSpeaking(null);
    recorder.open((voice, length) => sendAlong('voice', voice, 'Lời bác nói, dài ' + length), takes('voice') ? '' : NO_VOICE_HERE);
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
    if (message.aloud && voice() && !recorder.isOpen) speak(node.querySelector('.listen'), message);
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

  // One button, as in Zalo: to speak while nothing is typed, to send once something is.
  function typed() {
    fitField();
    $('send').hidden = !field.value.trim();
    $('say').hidden = !$('send').hidden;
  }

  function send(event) {
    event.preventDefault();
    const text = field.value.trim();
    field.value = '';
    sentAt = Date.now();
    typed();
    if (text) say({ text });
    // On a phone the keyboard would cover the answer and its buttons.
    if (text && window.matchMedia('(pointer: coarse)').matches) field.blur();
    else field.focus();
  }

  $('write').addEventListener('submit', send);
  field.addEventListener('input', typed);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  });
  $('safety').addEventListener('click', () => say({ text: 'Tôi nghi bị lừa' }));
  $('say').addEventListener('click', startSpeaking);
  $('photo').addEventListener('click', () => $('picked-photo').click());
  $('picked-photo').addEventListener('change', sendPhoto);
  $('paper').addEventListener('click', () => $('picked-file').click());
  $('picked-file').addEventListener('change', sendFile);
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
