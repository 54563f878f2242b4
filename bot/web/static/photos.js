// Photos made small on the phone, so that they go through a weak network.
const photos = (function () {
  'use strict';

  // A browser that does not know this draws a photo as the camera lay; the server turns it upright.
  const upright = window.CSS && CSS.supports('image-orientation', 'from-image');

  function decoded(file) {
    return new Promise((done, failed) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = failed;
      image.src = URL.createObjectURL(file);
    });
  }

  function drawn(image, longest) {
    const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    const sheet = document.createElement('canvas');
    sheet.width = Math.max(1, Math.round(image.naturalWidth * scale));
    sheet.height = Math.max(1, Math.round(image.naturalHeight * scale));
    sheet.getContext('2d').drawImage(image, 0, 0, sheet.width, sheet.height);
    return sheet;
  }

  // The photo to send, and one to remember it by; as it is, and none, where it cannot be made small.
  async function small(file) {
    try {
      if (!upright) throw new Error('it would lie on its side');
      const image = await decoded(file);
      const thumb = drawn(image, 240).toDataURL('image/jpeg', 0.6);
      const whole = await new Promise((done) => drawn(image, 1280).toBlob(done, 'image/jpeg', 0.82));
      URL.revokeObjectURL(image.src);
      if (!whole || thumb.indexOf('data:image/jpeg') !== 0) throw new Error('nothing was drawn');
      return { whole, thumb };
    } catch (error) {
      return { whole: file };
    }
  }

  return { small };
}());
