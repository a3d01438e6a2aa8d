import { tryToPublish } from '../../../lambdas/platform/bus/try-to-publish.ts';
import { fakeLog } from '../../support/fakes.ts';

const events = [{ detailType: 'Connection Opened' as const, detail: {} }];
const attempt = async (publish: () => Promise<void>) => {
  const log = fakeLog();
  const published = await tryToPublish({ bus: { publish }, log }, events);
  return { published, lines: log.lines.map(({ level, code }) => `${level} ${code}`) };
};

it('an event that the bus accepts leaves no line', async () => {
  expect(await attempt(async () => {})).toEqual({ published: true, lines: [] });
});

it('an event that the bus refuses is not published, which is logged', async () => {
  const refused = () => Promise.reject(new Error('refused'));
  expect(await attempt(refused)).toEqual({ published: false, lines: ['error event-not-published'] });
});

it('a bus that does not answer is logged too, when the caller goes on', async () => {
  jest.useFakeTimers();
  try {
    const hanging = attempt(() => new Promise(() => {}));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await hanging).toEqual({ published: false, lines: ['error event-not-published'] });
  } finally {
    jest.useRealTimers();
  }
});
