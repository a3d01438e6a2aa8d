// Loads the TypeScript sources as they are, once nbwss.cjs has found that this Node.js can.
import { fileURLToPath } from 'node:url';

// The SDK complains on Node.js 20 that later versions of it will want 22; ours are pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

try {
  const { register } = await import('tsx/esm/api');
  // Named, since tsx would take the one of the folder that the command is called from.
  register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
} catch {
  process.stderr.write('The packages are not installed. Run `npm ci` first.\n');
  process.exit(2);
}
await import('./nbwss.ts');
