/** NOTIFICATION REQUESTs that are too large for one message, and what their parts hold together. */
import { createHash } from 'node:crypto';
import { FRAGMENT } from '../../gateway/parts/fragments.ts';
import { scanNow } from '../../gateway/parts/scan.ts';
import { splitNotification } from '../../gateway/parts/split.ts';
import type { NotificationPart } from '../../gateway/parts/types.ts';
import { random } from '../../gateway/random.ts';
import { type JsonNode, memberOf, readJsonText, textOf } from '../../lambdas/platform/json-text.ts';

/** A job as NetBackup reports it, in about 290 bytes. */
export const jobText = (jobId: number, state = 'DONE'): string =>
  JSON.stringify({
    jobId,
    parentJobId: jobId,
    jobType: 'BACKUP',
    state,
    status: 0,
    startTime: 1_600_000_000 + jobId,
    policyName: `Policy-for-the-virtual-machines-${jobId % 50}`,
    policyType: 'VMWARE',
    scheduleType: 'ST_FULL',
    clientName: `client-${jobId % 700}.backup.example.com`,
  });
export const imageText = (number: number): string =>
  JSON.stringify({
    backupId: `client-${number}.backup.example.com_${1_600_000_000 + number}`,
    operationId: 'CREATE',
    clientName: `client-${number}.backup.example.com`,
    clientType: 'VMWARE',
    backupTime: 1_600_000_000 + number,
    createdTime: 1_600_000_500 + number,
  });
const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index + 1)).join(',');

export const objectText = (object: string, data: string): string =>
  `{"notificationType":"INFO","object":"${object}","data":[${data}]}`;
export const jobsText = (count: number): string =>
  objectText(
    'JOB',
    many(count, (id) => jobText(id)),
  );
export const imagesText = (count: number): string => objectText('IMAGE', many(count, imageText));

/** Jobs of some hundred clients with times, statuses and names as they come, which compress as badly as real ones. */
export const variedJobs = (count: number): string => {
  const draw = random(7);
  const pick = (from: number): number => Math.floor(draw() * from);
  const job = (jobId: number): string =>
    JSON.stringify({
      jobId: 4_000_000 + jobId,
      parentJobId: 4_000_000 + jobId - pick(4),
      jobType: ['BACKUP', 'BACKUP', 'BACKUP', 'DUPLICATE', 'RESTORE'][pick(5)],
      state: ['QUEUED', 'ACTIVE', 'DONE', 'DONE'][pick(4)],
      status: [0, 0, 0, 0, 1, 6, 13, 41, 58, 71, 150, 191, 196][pick(13)],
      startTime: 1_700_000_000 + pick(40_000),
      policyName: `${['prd', 'tst', 'dev', 'dmz'][pick(4)]}_vmware_${['daily', 'weekly', 'archive-logs'][pick(3)]}_${pick(90)}`,
      policyType: ['VMWARE', 'STANDARD', 'MS_WINDOWS', 'ORACLE', 'NDMP'][pick(5)],
      scheduleType: ['ST_FULL', 'ST_DIFFERENTIAL_INCREMENTAL', 'ST_USER_BACKUP'][pick(3)],
      clientName: `srv${pick(800)}.${['berlin', 'lyon', 'osaka'][pick(3)]}.backup.corporate.example.com`,
    });
  return objectText('JOB', many(count, job));
};

/** @param payload the elements of the payload, as text */
export const requestText = (
  payload: string,
  id = '"A-1"',
  timeStamp: number | string = 1_700_000_000,
): string =>
  `{"version":"1.0","id":${id},"type":"NOTIFICATION","subType":"REQUEST","timeStamp":${timeStamp},"payload":[${payload}]}`;

export const partsOf = (text: string | Buffer): NotificationPart[] => {
  const scanned = scanNow(Buffer.from(text));
  if (!scanned) throw new Error('The message is not JSON.');
  return splitNotification(scanned);
};
export const textsOf = (parts: readonly NotificationPart[]): string[] =>
  parts.map((part) => part.text().toString());

/** A text before, within and after the payload. */
export const aroundPayload = (text: string): { before: string; payload: JsonNode; after: string } => {
  const payload = memberOf(readJsonText(text), 'payload');
  if (!payload) throw new Error('The message has no payload.');
  return { before: text.slice(0, payload.start), payload, after: text.slice(payload.end) };
};

/** One notification with the text of its object around it; an element of the payload without notifications as a whole. */
const flattened = (text: string, element: JsonNode): string[] => {
  const data = memberOf(element, 'data');
  if (data?.kind !== 'array' || data.items.length === 0) return [textOf(text, element)];
  const [head, tail] = [text.slice(element.start, data.start), text.slice(data.end, element.end)];
  return data.items.map((item) => `${head}[${textOf(text, item)}]${tail}`);
};

/** The notifications of a message, digit for digit. */
export const notificationsOf = (text: string): string[] => {
  const { payload } = aroundPayload(text);
  return payload.kind === 'array'
    ? payload.items.flatMap((element) => flattened(text, element))
    : [textOf(text, payload)];
};

interface Fragment {
  readonly fragment: number;
  readonly fragments: number;
  readonly of: string;
  readonly sha256: string;
  readonly before: string;
  readonly after: string;
  readonly text: string;
}
export const fragmentOf = (part: string): Fragment | undefined => {
  const [first] = JSON.parse(part).payload;
  return first?.object === FRAGMENT ? first.data[0] : undefined;
};

/** Joins fragments as their note says. */
export const joined = (fragments: readonly Fragment[]): string => {
  const sorted = [...fragments].sort((a, b) => a.fragment - b.fragment);
  const [first] = sorted;
  const text = sorted.map((one) => one.text).join('');
  if (!first || sorted.length !== first.fragments) throw new Error('Fragments are missing.');
  if (createHash('sha256').update(text).digest('hex') !== first.sha256)
    throw new Error('The digest differs.');
  return `${first.before}${text}${first.after}`;
};

/** The notifications of all parts in their order, with fragments joined. */
export const notificationsOfParts = (parts: readonly string[]): string[] => {
  const all: string[] = [];
  let open: Fragment[] = [];
  for (const part of parts) {
    const fragment = fragmentOf(part);
    if (!fragment) {
      all.push(...notificationsOf(part));
      continue;
    }
    open.push(fragment);
    if (open.length < fragment.fragments) continue;
    const text = joined(open);
    const node = readJsonText(text);
    if (fragment.of === 'payload') all.push(text);
    else if (node) all.push(...flattened(text, node));
    open = [];
  }
  return all;
};
