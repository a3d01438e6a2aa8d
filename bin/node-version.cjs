'use strict';
// Read by whatever Node.js there is, down to the 10 that Linux distributions still bring along: nothing newer in here.

const OLDEST = [20, 19];

/** What is wrong with this version of Node.js, in one sentence; undefined if nothing is. */
const complaintAbout = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const isOldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isOldEnough ? undefined : `nbwss needs Node.js ${OLDEST.join('.')} or later; this is ${version}.`;
};

module.exports = { complaintAbout, OLDEST };

// Also a program of its own: `npm test` runs it before anything that an older version could not read.
if (require.main === module) {
  const complaint = complaintAbout(process.version);
  if (complaint) {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 2;
  }
}
