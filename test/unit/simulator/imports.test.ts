import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const files = readdirSync('simulator', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('simulator', name));

/** What a file imports, relative paths resolved. */
function importsOf(path: string): string[] {
  const specifiers = [...readFileSync(path, 'utf8').matchAll(/ from '([^']+)'/g)].map(
    ([, specifier]) => specifier ?? '',
  );
  return specifiers.map((specifier) => (specifier.startsWith('.') ? join(path, '..', specifier) : specifier));
}

describe('the simulator', () => {
  it.each(files)('%s shares no code with the endpoint', (path) => {
    const foreign = importsOf(path).filter(
      (name) =>
        !name.startsWith('simulator/') &&
        !name.startsWith('node:') &&
        !['ws', 'zod', 'commander'].includes(name),
    );
    expect(foreign).toEqual([]);
  });
});
