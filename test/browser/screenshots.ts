/**
 * `npm run screenshots [-- NAME…]`: pictures of the views of a demo fleet, in `.local/screenshots`, and the one of README.md. A name is
 * the beginning of that of a view, such as `domains`.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printLine } from '../../netbackup/terminal.ts';
import { type Console, DESKTOP, loaded, PHONE, startConsole } from '../support/browser/console.ts';
import { BROWSER_VARIABLE } from '../support/browser/find.ts';
import setUp from '../support/browser/global-setup.ts';
import { ANSWERED, viewsOf } from '../support/browser/views.ts';
import { startFleet } from '../support/fleet/fleet.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.local/screenshots');
const README_PICTURE = join(ROOT, 'docs/images/console.png');
const DOMAINS = 12;

const LOOKS = (['en-US', 'ja-JP'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    [DESKTOP, PHONE].map((viewport) => ({ locale, colorScheme, viewport })),
  ),
);

const takeAll = async (site: Console, names: readonly string[]): Promise<void> => {
  const views = (await viewsOf(site.deployment, 'berlin')).filter(
    ({ name }) => names.length === 0 || names.some((begin) => name.startsWith(begin)),
  );
  for (const look of LOOKS) {
    const page = await site.openSignedIn('/', { context: look, expected: ANSWERED });
    for (const { name, path } of views) {
      await page.goto(`${site.url}/console${path}`);
      await loaded(page);
      const file = `${name} ${look.viewport.width} ${look.colorScheme} ${look.locale.slice(0, 2)}.png`;
      await page.screenshot({ path: join(FOLDER, file), fullPage: true });
    }
    await site.closePages();
  }
  printLine(`${views.length * LOOKS.length} pictures in ${FOLDER}`);
};

const takeReadmePicture = async (site: Console): Promise<void> => {
  const page = await site.openSignedIn('/', { context: { colorScheme: 'light' } });
  await page.screenshot({ path: README_PICTURE });
  await site.closePages();
};

await setUp();
if (process.env[BROWSER_VARIABLE] === undefined) process.exit(1);
mkdirSync(FOLDER, { recursive: true });
mkdirSync(join(ROOT, 'docs/images'), { recursive: true });
const fleet = await startFleet(DOMAINS);
const site = await startConsole(fleet.deployment);
try {
  await takeReadmePicture(site);
  await takeAll(site, process.argv.slice(2));
} finally {
  await site.stop();
  await fleet.stop();
}
