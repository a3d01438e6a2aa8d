/** The console of a deployment in a browser: what a person does there. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Deployment, startDeployment } from '../deployment.ts';
import { testBrowser } from './describe.ts';
import { launch } from './find.ts';
import { serveConsole } from './stand-in.ts';
import { watch } from './watch.ts';

/** For hangs only: no test depends on how fast the machine is. */
const TIMEOUT_MS = 120_000;

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export interface OpenOptions {
  readonly context?: BrowserContextOptions;
  /** Statuses of 400 and above that the test provokes; any other fails the test. */
  readonly expected?: readonly number[];
  /** What to do before the first request. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export interface Console {
  readonly deployment: Deployment;
  /** Of the API, without the last slash. The console is below it, at `/console/`. */
  readonly url: string;
  /** Opens a view in a browser of its own, signed out. @param view such as `/problems?state=open` */
  open(view: string, options?: OpenOptions): Promise<Page>;
  /** The same, signed in with the admin key. */
  openSignedIn(view: string, options?: OpenOptions): Promise<Page>;
  /** Ends the sessions of everybody, as their expiry would. */
  endSessions(): Promise<void>;
  /** After each test. @throws Error if anything happened on a page that never must (`watch`) */
  closePages(): Promise<void>;
  stop(): Promise<void>;
}

/** Signs in on the page that asks for it, as a person does. */
export const signIn = async (page: Page, key: string): Promise<void> => {
  await page.locator('input[name=apiKey]').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').waitFor();
};

/** Nothing is loading any more. */
export const loaded = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
};

/** Starts a browser, and the deployment unless the test has one. The console stops what it started. */
export const startConsole = async (given?: Deployment): Promise<Console> => {
  const deployment = given ?? (await startDeployment());
  const site = await serveConsole(deployment);
  let browser: Browser | undefined;
  const watched: (readonly string[])[] = [];

  const open: Console['open'] = async (view, { context, expected = [], prepare } = {}) => {
    browser ??= await launch(testBrowser ?? '');
    const person = await browser.newContext({ locale: 'en-US', viewport: DESKTOP, ...context });
    person.setDefaultTimeout(TIMEOUT_MS);
    const page = await person.newPage();
    watched.push(watch(page, { origin: new URL(site.url).origin, expected }));
    await prepare?.(page);
    await page.goto(`${site.url}/console${view}`);
    return page;
  };

  return {
    deployment,
    url: site.url,
    open,
    async openSignedIn(view, options) {
      const page = await open(view, options);
      await signIn(page, deployment.adminKey);
      await loaded(page);
      return page;
    },
    endSessions: () => site.endSessions(),
    async closePages() {
      for (const context of browser?.contexts() ?? []) await context.close();
      const failures = watched.splice(0).flat();
      if (failures.length > 0) throw new Error(`On a page:\n  ${failures.join('\n  ')}`);
    },
    async stop() {
      await browser?.close();
      await site.stop();
      if (!given) await deployment.stop();
    },
  };
};
