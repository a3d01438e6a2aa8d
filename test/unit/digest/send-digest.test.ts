/** When a mail is sent, and how often: schedules and Lambda start a digest at least once. */
import type { DigestContext } from '../../../lambdas/digest/send-digest.ts';
import { sendDigest } from '../../../lambdas/digest/send-digest.ts';
import type { DigestEvent } from '../../../lambdas/digest/settings.ts';
import { digestWorld, EVENT } from '../../support/digest-world.ts';
import { noAnswer } from '../../support/fakes.ts';

const run = (context: DigestContext, more: Partial<DigestEvent> = {}) =>
  sendDigest(context, { ...EVENT, ...more });
const bad = { berlin: { failed: 2 } };

test('a day with a failure is told to all recipients', async () => {
  const { context, mails, log } = digestWorld({ domains: bad });
  await run(context);
  expect(mails).toMatchObject([
    { from: EVENT.from, to: EVENT.to, subject: 'NetBackup: 2 failed jobs (daily)' },
  ]);
  expect(log.codes()).toEqual(['digest-sent']);
});

test('a day on which nothing is wrong is told only on request', async () => {
  const { context, mails, log } = digestWorld({ domains: { berlin: {} } });
  await run(context);
  expect([mails, log.codes()]).toEqual([[], ['digest-not-needed']]);
  await run(context, { name: 'always', whenAllIsWell: true });
  expect(mails).toMatchObject([{ subject: 'NetBackup: all is well (always)' }]);
});

test('a digest is about the domains with all of its labels', async () => {
  const { context, mails } = digestWorld({
    domains: {
      berlin: { failed: 1, labels: { customer: 'acme', tier: 'gold' } },
      munich: { failed: 5, labels: { customer: 'acme' } },
      paris: { failed: 7 },
    },
  });
  await run(context, { labels: ['customer=acme', 'tier=gold'] });
  await run(context, { name: 'all' });
  expect(mails.map(({ subject }) => subject)).toEqual([
    'NetBackup: 1 failed job (daily)',
    'NetBackup: 13 failed jobs (all)',
  ]);
});

test('started again on the same day it sends nothing more; on the next day it does', async () => {
  const { context, mails, log } = digestWorld({ domains: bad });
  await run(context);
  await run(context);
  await run(context, { scheduledTime: '2026-11-28T22:59:00Z' });
  expect(mails).toHaveLength(1);
  expect(log.codes()).toEqual(['digest-sent', 'digest-repeated', 'digest-repeated']);
  await run(context, { scheduledTime: '2026-11-28T23:00:00Z' });
  expect(mails).toHaveLength(2);
});

test('started twice at the same time it sends one mail, and the other invocation fails, to be repeated', async () => {
  const { context, mails, clock } = digestWorld({ domains: bad });
  const results = await Promise.allSettled([run(context), run(context)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  clock.advance(60_000);
  await run(context);
  expect(mails).toHaveLength(1);
});

test('a mail that is refused is sent by the next attempt, once', async () => {
  const { context, mails, refuse } = digestWorld({ domains: bad });
  refuse(1);
  await expect(run(context)).rejects.toThrow('away');
  await run(context);
  await run(context);
  expect(mails).toHaveLength(1);
});

test('an invocation that dies while it sends holds the mail up for less than a minute', async () => {
  const { context, mails, dynamodb, clock, refuse } = digestWorld({ domains: bad });
  refuse(1);
  // Neither is its claim released.
  let updates = 0;
  dynamodb.before = (call) => {
    if (call === 'UpdateItem' && ++updates === 2) throw noAnswer();
  };
  await expect(run(context)).rejects.toThrow('away');
  await expect(run(context)).rejects.toThrow('Another invocation is sending the digest "daily".');
  clock.advance(60_000);
  await run(context);
  expect(mails).toHaveLength(1);
});

test('a mail that was accepted without a record of it is sent again: better twice than never', async () => {
  const { context, mails, dynamodb, clock } = digestWorld({ domains: bad });
  let updates = 0;
  dynamodb.before = (call) => {
    if (call === 'UpdateItem' && ++updates === 2) throw noAnswer();
  };
  await expect(run(context)).rejects.toThrow('away');
  clock.advance(60_000);
  await run(context);
  expect(mails).toHaveLength(2);
});

test('the numbers of a day are compared with those of the days before, also if they needed no mail', async () => {
  const world = digestWorld({ domains: { berlin: { succeeded: 10 } } });
  await run(world.context, { scheduledTime: '2026-11-26T06:30:00Z' });
  await run(world.context, { scheduledTime: '2026-11-27T06:30:00Z' });
  world.domains['berlin'] = { succeeded: 8, failed: 2 };
  await run(world.context);
  const [mail] = world.mails;
  expect(world.mails).toHaveLength(1);
  expect(mail?.text).toContain('- Number: Finished jobs | Last 24 hours: 10 | Mean of 2 days: 10');
  expect(mail?.text).toContain('- Number: Success rate | Last 24 hours: 80% | Mean of 2 days: 100%');
});

test('a day on which a domain could not be read is not compared with', async () => {
  const { context, domains, mails } = digestWorld({ domains: { berlin: { failed: 1 }, munich: {} } });
  const readSummary: typeof context.readSummary = async (group) => {
    if (group.groupId === 'munich') throw noAnswer();
    return context.readSummary(group);
  };
  await run({ ...context, readSummary }, { scheduledTime: '2026-11-27T06:30:00Z' });
  domains['munich'] = { succeeded: 5 };
  await run(context);
  expect(mails.map(({ text }) => /could not be read in time|Mean of/.test(text))).toEqual([true, false]);
});
