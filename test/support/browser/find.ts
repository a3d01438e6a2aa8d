/** The browser that is on this machine: Chromium, Chrome or Edge. Nothing is downloaded. */
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Names a browser: a path, or a channel of Playwright, which knows where it is installed on each system. */
const CHANNELS = ['chrome', 'msedge'];
const COMMANDS = ['chromium', 'chromium-browser'];
const MAC = '/Applications/Chromium.app/Contents/MacOS/Chromium';

const candidates = (): string[] => {
  const named = process.env['NBWSS_BROWSER'];
  if (named) return [named];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const files = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...files, MAC].filter((file) => existsSync(file)).concat(CHANNELS);
};

/** Chromium's sandbox refuses to run as root. A small /dev/shm, as in containers, is not used. */
const args = (): string[] => [
  '--disable-dev-shm-usage',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** @param browser a path or a channel */
export const launch = (browser: string): Promise<Browser> =>
  chromium.launch({
    ...(isAbsolute(browser) ? { executablePath: browser } : { channel: browser }),
    args: args(),
    // As long as a test may take.
    timeout: 120_000,
  });

/** The first browser that starts. @returns its path or channel; or, for each one tried, why it does not start */
export const findBrowser = async (): Promise<{ readonly found: string } | { readonly tried: string[] }> => {
  const tried: string[] = [];
  for (const browser of candidates()) {
    try {
      await (await launch(browser)).close();
      return { found: browser };
    } catch (error) {
      tried.push(`${browser}: ${String(error).split('\n')[0]}`);
    }
  }
  return { tried };
};
