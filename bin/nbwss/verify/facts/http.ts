/** Facts of API Gateway's HTTP APIs. */
import type { Fact, Target } from '../fact.ts';

const KB = 1024;
const MB = 1024 * KB;

const statusOf = async (target: Target, path: string, init: RequestInit = {}): Promise<string> => {
  const signal = AbortSignal.timeout(4 * target.waits.soonMs);
  const response = await target.fetch(path, { ...init, signal });
  await response.arrayBuffer();
  return String(response.status);
};

/** A body that no operation would accept. */
const postOf = (bytes: number): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: `"${'x'.repeat(bytes - 2)}"`,
});

const EMULATOR = 'Correct local/http-api/';

export const httpFacts: readonly Fact<Target>[] = [
  {
    id: 'http-headers',
    question: 'How are headers of more than 10 KB answered?',
    assumed: '431',
    consequence: `${EMULATOR}http-api.ts. Only the limit is documented.`,
    measure: (target) => statusOf(target, '/v1/groups', { headers: { 'x-large': 'x'.repeat(11 * KB) } }),
  },
  {
    id: 'http-body-lambda',
    question: 'How is a body of 7 MB answered, which is more than Lambda accepts?',
    assumed: '413',
    consequence: `${EMULATOR}answer.ts, and the limits in docs/proxy.md.`,
    measure: (target) => statusOf(target, '/v1/groups', postOf(7 * MB)),
  },
  {
    id: 'http-body-gateway',
    question: 'How is a body of more than 10 MB answered?',
    assumed: '413',
    consequence: `${EMULATOR}http-api.ts, and the limits in docs/proxy.md.`,
    measure: (target) => statusOf(target, '/v1/groups', postOf(10 * MB + 1)),
  },
  {
    id: 'path-slashes',
    question: 'Are repeated slashes in a path merged before a function sees them?',
    assumed: '200',
    consequence: `${EMULATOR}event.ts: ids with two slashes cannot be addressed, or can.`,
    measure: (target) => statusOf(target, '/v1//groups'),
  },
  {
    id: 'path-question-mark',
    question: 'Is a path cut at an encoded question mark?',
    assumed: '200',
    consequence: `${EMULATOR}event.ts, and the encoding of paths in lambdas/http/handler.ts.`,
    measure: (target) => statusOf(target, '/v1/groups%3Fx'),
  },
  {
    id: 'path-encoded-slash',
    question: 'Is an encoded slash decoded before a function sees it?',
    assumed: '200',
    consequence: `${EMULATOR}event.ts, and the encoding of image ids in lambdas/http/handler.ts.`,
    measure: (target) => statusOf(target, '/v1%2Fgroups'),
  },
];
