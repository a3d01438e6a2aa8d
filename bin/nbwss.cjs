#!/usr/bin/env node
'use strict';
// The command line's first file: like node-version.cjs, it must be readable by any Node.js.
const { complaintAbout } = require('./node-version.cjs');

const complaint = complaintAbout(process.version);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 2;
} else {
  import('./nbwss.mjs');
}
