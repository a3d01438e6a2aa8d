/** One digest of one day: read, decide, send, record. */
import { randomUUID } from 'node:crypto';
import { type Label, parseLabel } from '../groups/labels.ts';
import type { Log } from '../platform/logger.ts';
import type { Mailer } from '../platform/mailer.ts';
import { type CollectContext, collect, periodStart } from './collect.ts';
import { type Digest, hasContent } from './digest.ts';
import type { DigestsStore } from './digests-store.ts';
import { asHtml } from './render/as-html.ts';
import { asText } from './render/as-text.ts';
import { documentOf } from './render/document.ts';
import { type DigestEvent, dayOf } from './settings.ts';

export interface DigestContext extends Omit<CollectContext, 'log'> {
  readonly digests: Pick<DigestsStore, 'read' | 'claim' | 'finish' | 'release'>;
  readonly mailer: Mailer;
  readonly log: Log;
}

const labelsOf = (labels: readonly string[]): Label[] =>
  labels.map((text) => {
    const label = parseLabel(text);
    // Without it the digest would be about other domains than it should.
    if (!label) throw new Error(`"${text}" is not a label.`);
    return label;
  });

const mail = async ({ mailer }: DigestContext, event: DigestEvent, digest: Digest): Promise<void> => {
  const document = documentOf(digest, periodStart(digest), event);
  const { from, to } = event;
  await mailer.send({
    from,
    to,
    subject: document.subject,
    text: asText(document),
    html: asHtml(document),
  });
};

/**
 * Sends the mail of a day, unless it was sent or there is nothing to send. Schedules and Lambda start it at least once: who sends is decided
 * by one conditional write. A mail that was accepted without this function learning it is sent again.
 * @throws if it was not sent, so that Lambda repeats the invocation
 */
export const sendDigest = async (context: DigestContext, event: DigestEvent): Promise<void> => {
  const { digests, log } = context;
  const { name, timeZone, whenAllIsWell } = event;
  const day = dayOf(Date.parse(event.scheduledTime), timeZone);
  const { isDone, before } = await digests.read(name, day);
  if (isDone) return log.info('digest-repeated', { digest: name });
  const digest = await collect(context, labelsOf(event.labels), before);
  const claim = randomUUID();
  const claimed = await digests.claim(name, day, claim);
  if (claimed === 'done') return log.info('digest-repeated', { digest: name });
  if (claimed === 'other') throw new Error(`Another invocation is sending the digest "${name}".`);
  const isSent = whenAllIsWell || hasContent(digest);
  try {
    if (isSent) await mail(context, event, digest);
  } catch (error) {
    // A claim that stays ends before the next attempt.
    await digests.release(name, day, claim).catch(() => {});
    throw error;
  }
  const { domains, leftOut, problems, totals } = digest;
  // Later days are not compared with the numbers of some domains.
  await digests.finish(name, day, claim, leftOut === 0 ? totals : undefined);
  log.info(isSent ? 'digest-sent' : 'digest-not-needed', {
    digest: name,
    domains,
    leftOut,
    problems: problems.total,
  });
};
