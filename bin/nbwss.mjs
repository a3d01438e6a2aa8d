#!/usr/bin/env node
// Loads the TypeScript sources as they are. Everything that can be wrong before that gets a sentence, not a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`nbwss needs Node.js 20.19 or later; this is ${process.version}.\n`);
  process.exit(2);
}
// The SDK complains on Node.js 20 that later versions of it will want 22; ours are pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

try {
  const { register } = await import('tsx/esm/api');
  register();
} catch {
  process.stderr.write('The packages are not installed. Run `npm ci` first.\n');
  process.exit(2);
}
await import('./nbwss.ts');
