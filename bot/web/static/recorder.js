// Speaking instead of typing: press, speak, press again; listen to it; send it or throw it away.
const recorder = (function () {
  'use strict';

  const LONGEST = 5 * 60; // seconds
  const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
  const KEYBOARD = ' Hoặc bác bấm hình micrô trên bàn phím rồi nói, máy viết thành chữ giúp bác.';
  const SAYING = {
    asking: 'Máy hỏi thì bác bấm “Cho phép” giúp cháu ạ.',
    speaking: 'Bác nói đi ạ, cháu đang ghi.',
    spoken: 'Bác nghe lại, hoặc gửi luôn cũng được ạ.',
    full: 'Đủ 5 phút rồi, cháu dừng ghi ạ. Cháu gửi đoạn này nhé?',
  };
  const CANNOT = {
    here: 'Trang này chưa ghi âm được trên máy của bác.' + KEYBOARD,
    NotAllowedError: 'Máy chưa cho cháu dùng micrô. Bác bấm hình cạnh địa chỉ trang, bật Micrô, rồi bấm Nói lần nữa.' + KEYBOARD,
    NotFoundError: 'Cháu không thấy micrô trên máy này. Bác dùng máy khác, hoặc nhắn chữ giúp cháu ạ.',
    NotReadableError: 'Micrô đang bận, có khi bác đang gọi điện. Xong cuộc gọi bác bấm Nói lần nữa ạ.',
    short: 'Cháu chưa nghe thấy gì. Bác bấm Nói, nói xong rồi mới bấm Nói xong giúp cháu ạ.',
  };
  const LEAVE = { asking: 'Thôi', speaking: 'Thôi', spoken: 'Bỏ đi', cannot: 'Đóng' };

  const $ = (id) => document.getElementById(id);
  const type = window.MediaRecorder && TYPES.find((each) => MediaRecorder.isTypeSupported(each));
  let state = 'closed';
  let changedAt = 0;
  let machine = null;
  let parts = [];
  let since = 0;
  let ticking;
  let player = null;
  let send;

  const told = (seconds) => Math.floor(seconds / 60) + ':' + String(Math.floor(seconds % 60)).padStart(2, '0');
  const spokenFor = () => Math.min((Date.now() - since) / 1000, LONGEST);

  function show(next, words) {
    state = next;
    changedAt = Date.now();
    const closed = state === 'closed';
    $('recorder').hidden = closed;
    $('write').hidden = $('tools').hidden = !closed;
    $('saying').textContent = words || '';
    $('clock').hidden = state !== 'speaking' && state !== 'spoken';
    $('clock').classList.toggle('running', state === 'speaking');
    $('finish').hidden = state !== 'speaking';
    $('deliver').hidden = $('replay').hidden = state !== 'spoken';
    $('drop').textContent = LEAVE[state];
    const first = closed ? $('say') : $('recorder').querySelector('button:not([hidden])');
    first.focus({ preventScroll: true });
  }

  function cannot(why) { show('cannot', CANNOT[why] || CANNOT.here); }

  async function begin() {
    show('asking', SAYING.asking);
    let sound;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (error) {
      if (state === 'asking') cannot(error.name);
      return;
    }
    if (state === 'asking') record(sound);
    else silence(sound);
  }

  const silence = (sound) => sound.getTracks().forEach((track) => track.stop());

  function record(sound) {
    parts = [];
    machine = new MediaRecorder(sound, { mimeType: type, audioBitsPerSecond: 32000 });
    machine.ondataavailable = (event) => parts.push(event.data);
    machine.onstop = () => ended(sound);
    machine.start(1000);
    since = Date.now();
    tick();
    ticking = setInterval(tick, 250);
    show('speaking', SAYING.speaking);
  }

  function tick() {
    $('clock').textContent = told(spokenFor());
    if (spokenFor() >= LONGEST) finish();
  }

  function finish() {
    if (machine && machine.state !== 'inactive') machine.stop();
  }

  // Also when a call takes the microphone away: what was said until then is there.
  function ended(sound) {
    const seconds = spokenFor();
    clearInterval(ticking);
    silence(sound);
    if (state !== 'speaking') return;
    if (seconds < 1) cannot('short');
    else show('spoken', seconds < LONGEST ? SAYING.spoken : SAYING.full);
  }

  const voice = () => new Blob(parts, { type });

  function hush() {
    if (player) {
      player.pause();
      URL.revokeObjectURL(player.src);
    }
    player = null;
    $('replay').textContent = 'Nghe lại';
  }

  function replay() {
    if (player) return hush();
    player = new Audio(URL.createObjectURL(voice()));
    player.onended = player.onerror = hush;
    $('replay').textContent = 'Dừng nghe';
    return player.play().catch(hush);
  }

  function close() {
    hush();
    show('closed');
    finish();
  }

  function deliver() {
    const said = voice();
    const length = $('clock').textContent;
    close();
    send(said, length);
  }

  const deeds = { finish, deliver, replay, drop: close };
  Object.keys(deeds).forEach((id) => $(id).addEventListener('click', () => {
    // A trembling finger presses twice; the second press must not do what comes next.
    if (Date.now() - changedAt > 600) deeds[id]();
  }));
  $('recorder').addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
  // Nothing is recorded that the person does not see being recorded.
  document.addEventListener('visibilitychange', () => { if (document.hidden) finish(); });

  return {
    // `then` gets the voice and how long it is; `instead` is what to say where none is taken.
    open(then, instead) {
      send = then;
      if (instead) show('cannot', instead);
      else if (!type || !navigator.mediaDevices) cannot('here');
      else begin();
    },
    get isOpen() { return state !== 'closed'; },
  };
}());
