/** The console of a deployment in a browser: what a person does there. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { HOUR_MS } from '../../../lambdas/platform/clock.ts';
import { type Deployment, startDeployment } from '../deployment.ts';
import { BROWSER_VARIABLE, launch } from './find.ts';
import { watch } from './watch.ts';

/** For hangs only: no test depends on how fast the machine is. */
const TIMEOUT_MS = 120_000;
/** How long a session lasts. */
const SESSION_MS = 8 * HOUR_MS;

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export interface OpenOptions {
  readonly context?: BrowserContextOptions;
  /** Statuses of 400 and above that the test provokes; any other fails the test. */
  readonly expected?: readonly number[];
  /** What to do before the first request. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

export interface Console {
  readonly deployment: Deployment;
  /** Of the API, without the last slash. The console is below it, at `/console/`. */
  readonly url: string;
  /** Opens a view in a browser of its own, signed out. @param view such as `/problems?state=open` */
  open(view: string, options?: OpenOptions): Promise<Page>;
  /** The same, signed in with the admin key. */
  openSignedIn(view: string, options?: OpenOptions): Promise<Page>;
  /** Lets the sessions of everybody expire. */
  expireSessions(): void;
  /** After each test. @throws Error if anything happened on a page that never must (`watch`) */
  closePages(): Promise<void>;
  stop(): Promise<void>;
}

/** Signs in on the page that asks for it, as a person does. */
export const signIn = async (page: Page, key: string): Promise<void> => {
  await page.locator('input[name=apiKey]').fill(key);
  await page.keyboard.press('Enter');
  // A view of a domain has another navigation.
  await page.getByRole('banner').getByRole('navigation').waitFor();
};

/** Waits until nothing is loading. */
export const loaded = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('body:not(:has(.loading))').waitFor();
};

/** Starts a browser, and the deployment unless the test has one. The console stops what it started. */
export const startConsole = async (given?: Deployment): Promise<Console> => {
  const deployment = given ?? (await startDeployment());
  const url = deployment.cloud.apiUrl;
  let browser: Browser | undefined;
  const watched: (readonly string[])[] = [];

  const open: Console['open'] = async (view, { context, expected = [], prepare } = {}) => {
    browser ??= await launch(process.env[BROWSER_VARIABLE] ?? '');
    const person = await browser.newContext({ locale: 'en-US', viewport: DESKTOP, ...context });
    person.setDefaultTimeout(TIMEOUT_MS);
    const page = await person.newPage();
    watched.push(watch(page, { origin: new URL(url).origin, expected }));
    await prepare?.(page);
    await page.goto(`${url}/console${view}`);
    return page;
  };

  return {
    deployment,
    url,
    open,
    async openSignedIn(view, options) {
      const page = await open(view, options);
      await signIn(page, deployment.adminKey);
      await loaded(page);
      return page;
    },
    expireSessions: () => deployment.clock.advance(SESSION_MS),
    async closePages() {
      for (const context of browser?.contexts() ?? []) await context.close();
      const failures = watched.splice(0).flat();
      if (failures.length > 0) throw new Error(`On a page:\n  ${failures.join('\n  ')}`);
    },
    async stop() {
      await browser?.close();
      if (!given) await deployment.stop();
    },
  };
};
