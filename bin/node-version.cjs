'use strict';
// Any Node.js must be able to parse this file, down to version 10, which Linux distributions still ship.

const OLDEST = [20, 19];
/** Ended before it had what later versions of Node.js 20 have. */
const UNSUPPORTED = 21;

/** An error message when this version of Node.js is too old, else undefined. */
const unsupportedVersionMessage = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNewEnough && major !== UNSUPPORTED) return undefined;
  return `nbwss needs Node.js ${OLDEST.join('.')} or later, except ${UNSUPPORTED}; this is ${version}.`;
};

module.exports = { unsupportedVersionMessage, OLDEST };

// `npm test` runs this file first, as a program.
if (require.main === module) {
  const message = unsupportedVersionMessage(process.version);
  if (message) {
    process.stderr.write(`${message}\n`);
    process.exitCode = 2;
  }
}
