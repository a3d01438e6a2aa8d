#!/usr/bin/env node
'use strict';
// Runs before the version check, so any Node.js must be able to parse it.
const { unsupportedVersionMessage } = require('./node-version.cjs');

const message = unsupportedVersionMessage(process.version);
if (message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
} else {
  import('./nbwss.mjs');
}
