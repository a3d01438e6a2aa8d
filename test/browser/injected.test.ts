/** NetBackup fills fields with scripts and markup: the console shows them as text. */
import { type Console, loaded, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { ANSWERED, viewsOf } from '../support/browser/views.ts';
import { job, notification, type RawClient } from '../support/raw-client.ts';
import { image, report } from '../support/reporting.ts';

const GROUP = 'berlin';
/** Each would call a function that the test has put on the page, or leave the page. */
const MARKUP = '<img src=x onerror=injected()>';
const ATTRIBUTE = '"><svg onload=injected()>';
const SCRIPT = '</script><script>injected()</script>';
const ADDRESS = 'javascript:injected()';
const PATH = '../../../evil?x=<b>';
const SECOND = Math.floor(Date.now() / 1000);

const JOBS = [MARKUP, ATTRIBUTE, SCRIPT, ADDRESS, PATH].map((text, index) =>
  job(100 + index, 'DONE', {
    clientName: text,
    policyName: `${text} policy`,
    policyType: text,
    scheduleType: text,
    jobType: 'BACKUP',
    status: 2074,
    startTime: SECOND - 3600,
    statusText: text,
    [text]: text,
  }),
);
const IMAGES = [MARKUP, ATTRIBUTE, ADDRESS].map((text) =>
  image(`${text}_${SECOND - 3600}`, 'CREATE', { clientType: text, policyName: text }),
);

/** NetBackup's REST API answers with the same. */
const answerWithMarkup = (client: RawClient): void => {
  client.socket.on('message', (data) => {
    const { id, type } = JSON.parse(data.toString()) as Record<string, unknown>;
    if (type !== 'COMMAND') return;
    const payload = {
      responseCode: 400,
      headers: { 'content-type': 'text/html', 'x-note': MARKUP },
      body: `<html><body>${MARKUP}${SCRIPT}</body></html>`,
    };
    client.send({ version: '1.0', id, type: 'COMMAND', subType: 'RESPONSE', timeStamp: SECOND, payload });
  });
};

describeInBrowser('what NetBackup sends', () => {
  let site: Console;
  beforeAll(async () => {
    site = await startConsole();
    const { deployment } = site;
    const client = await deployment.connect(await deployment.createGroup(GROUP));
    answerWithMarkup(client);
    await report(deployment, client, [notification('JOB', ...JOBS), notification('IMAGE', ...IMAGES)], {
      timeStamp: SECOND - 3000,
    });
    // Not understood: into quarantine, with its text.
    await report(deployment, client, [notification(MARKUP, { [MARKUP]: SCRIPT })]);
    await deployment.sweep();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('is text on every view: no script runs, nothing leaves the page', async () => {
    const page = await site.openSignedIn('/', {
      expected: ANSWERED,
      prepare: (opened) => opened.addInitScript('window.injected = () => alert("injected");'),
    });
    for (const { path } of await viewsOf(site.deployment, GROUP)) {
      await page.goto(`${site.url}/console${path}`);
      await loaded(page);
      expect({ path, images: await page.locator('main img, main svg[onload], main script').count() }).toEqual(
        {
          path,
          images: 0,
        },
      );
      const links = await page.evaluate<string[]>('[...document.links].map(({ href }) => href)');
      const foreign = links.filter((href) => !href.startsWith(`${site.url}/`));
      expect({ path, foreign }).toEqual({ path, foreign: [] });
    }
  });

  it('can be read as it was sent', async () => {
    const page = await site.openSignedIn(`/domains/${GROUP}/jobs`);
    for (const text of [MARKUP, ATTRIBUTE, SCRIPT, ADDRESS])
      await page.getByRole('cell', { name: text, exact: true }).first().waitFor();
  });
});
