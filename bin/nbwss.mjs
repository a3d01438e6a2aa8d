// Loads the TypeScript sources, after nbwss.cjs has checked the Node.js version.
import { fileURLToPath } from 'node:url';

// On Node.js 20 the SDK warns that its later versions need 22. Our version is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Its cache is a folder below the system's temporary folder, which another user could have created and filled.
process.env.TSX_DISABLE_CACHE ??= '1';

try {
  const { register } = await import('tsx/esm/api');
  // Without this, tsx would use the tsconfig.json of the current folder.
  register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
} catch {
  process.stderr.write('The packages are not installed. Run `npm ci` first.\n');
  process.exit(2);
}
await import('./nbwss.ts');
